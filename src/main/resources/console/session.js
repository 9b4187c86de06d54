// Who is signed in. The credential lives in this module's memory alone: no storage, no cookie, no URL.
import { Emitter } from './emitter.js';

let secret = null;
let who = null;
let whyEnded = '';
let goodbye = () => {};
let lasting = new AbortController();

export const changes = new Emitter();

/** The bearer credential of requests. */
export function credential() {
  if (secret === null) {
    throw new Error('nobody is signed in');
  }
  return secret;
}

/** Aborted when this sign-in ends, so that nothing that was asked in its name comes back to the next one. */
export const session = () => lasting.signal;

/** {tenant, principal, bindings} as GET /auth/whoami answers it, or null. */
export const caller = () => who;

/** Why the last sign-in ended, to be told where one signs in. */
export const reason = () => whyEnded;

/**
 * Tries a credential; it is kept only if `ask`, which is given it to call with, finds out who it is. Of two ways in that are
 * tried at once, the first to arrive is taken, and nothing of the other.
 */
export async function signIn(bearer, ask, leaving = () => {}) {
  const found = await ask(bearer);
  if (who) {
    leaving();
    return;
  }
  secret = bearer;
  who = found;
  whyEnded = '';
  goodbye = leaving;
  changes.emit();
}

/** Another credential of the same caller, whose first one is about to end. */
export function renewed(bearer) {
  if (who) {
    secret = bearer;
  }
}

export function signOut() {
  ended('');
}

/** Forgets everything; `why` is shown where one signs in. */
export function ended(why) {
  if (who === null) {
    return;
  }
  secret = null;
  who = null;
  whyEnded = why;
  lasting.abort();
  lasting = new AbortController();
  goodbye();
  changes.emit();
}

/**
 * Whether the caller may do this (a word such as `secret_create`): to some such thing, or in one project.
 * It only decides what is shown; the broker decides what is done.
 */
export function may(action, projectId) {
  return (who?.bindings || []).some(
    (binding) =>
      (!projectId || (binding.project_id ? binding.project_id === projectId : !binding.community_id)) &&
      [...(binding.actions || []), ...(binding.own_actions || [])].includes(action),
  );
}

/** Whether some role gives it over the things of others as well, and not over the caller's own alone. */
export const mayToOthers = (action) => (who?.bindings || []).some((binding) => (binding.actions || []).includes(action));

/** Whether the caller may do this to what belongs to the organization as a whole, such as a secret of no project. */
export const mayInTenant = (action) =>
  (who?.bindings || []).some((binding) =>
    (binding.project_id || binding.community_id ? binding.tenant_actions || []
        : [...(binding.actions || []), ...(binding.own_actions || [])])
      .includes(action));

/** Whether the caller may do this in that community: by a role there or in the whole organization. */
export const mayInCommunity = (action, id) => mayInTenant(action)
  || (who?.bindings || []).some((binding) => binding.community_id === id && (binding.actions || []).includes(action));

export const isOperator = () => may('tenant_operate');
