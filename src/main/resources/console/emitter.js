/** Somebody to tell. */
export class Emitter {
  #listeners = new Set();

  /** Gives a function that ends it. */
  on(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(what) {
    [...this.#listeners].forEach((listener) => listener(what));
  }
}
