// What was typed and is not sent yet: before it is lost by leaving, one is asked. What is kept is that something was typed, and
// never what.
import { Emitter } from './emitter.js';

const guards = new Set();

/** Tells a function to call if one leaves: {leave}. */
export const questions = new Emitter();

/** Something is lost by leaving as long as `typed.current` is true. Gives a function that ends this. */
export function guard(typed) {
  guards.add(typed);
  return () => guards.delete(typed);
}

export const isTyped = () => [...guards].some((one) => one.current);

/** Leaves at once where nothing is lost by it, else asks first. */
export function leaving(leave) {
  isTyped() ? questions.emit({ leave }) : leave();
}

/** The answer was to leave: nothing is asked any more. */
export const forgetTyped = () => guards.forEach((one) => (one.current = false));

addEventListener('beforeunload', (event) => isTyped() && event.preventDefault());
