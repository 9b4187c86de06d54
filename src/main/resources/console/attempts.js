// Keys of what is to be done once. Where no answer came, nobody knows whether it was done: the next one who asks for the same
// does so under the same Idempotency-Key, so that a second click does not do it twice. In memory, and for one sign-in.
import { session } from './session.js';

const KEPT_MS = 10 * 60_000;

/** By sign-in: method and address of what got no answer => {key, at}. */
const unanswered = new WeakMap();

const ofSession = () => {
  const now = session();
  unanswered.has(now) || unanswered.set(now, new Map());
  return unanswered.get(now);
};

/** {key, again: whether it was sent before, in another request}. */
export function keyFor(what) {
  const all = ofSession();
  const was = all.get(what);
  return was && Date.now() - was.at < KEPT_MS ? { key: was.key, again: true } : fresh();
}

export const fresh = () => ({ key: uuid(), again: false });

export function noAnswerTo(what, key) {
  ofSession().set(what, { key, at: Date.now() });
}

/** What was answered for good is done under a key of its own the next time. */
export function answerTo(what) {
  ofSession().delete(what);
}

/** By random bits alone: crypto.randomUUID is not there on a page that came by plain http. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
