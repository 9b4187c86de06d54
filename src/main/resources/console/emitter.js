/** Somebody to tell. */
export class Emitter {
  #listeners = new Set();

  /** How often it has told anything. */
  told = 0;

  /** Gives a function that ends it. */
  on(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(what) {
    this.told++;
    [...this.#listeners].forEach((listener) => listener(what));
  }
}
