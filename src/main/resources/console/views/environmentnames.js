// What the variables and files of a need will be called, as the broker calls them: by the type and the keys of its secret.
import { html } from '../lib.js';
import { get, scopeQuery } from '../api.js';
import { useLoad } from '../hooks.js';
import { may } from '../session.js';

const MOST = 500;
const SHOWN = 8;

/** The secrets that a task in this scope would see, as far as the caller may; the first 500. */
export function useKnownSecrets(scope) {
  return useLoad((signal) => (may('secret_list')
    ? get('/secrets', { ...scopeQuery(scope), inherited: scope.project || scope.domain ? 'true' : undefined, page_size: MOST },
      { signal }).then((page) => page.secrets) : Promise.resolve([])), [scope.project, scope.domain]).data || [];
}

export const secretNamed = (known, name) => known.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());

/** A name as that of a variable. */
const spelled = (name) => name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^[0-9]/, '_$&');

/** The variables that a need gives which names neither variable nor file: [the name itself, in capitals]. */
export const usualNames = (name) => [...new Set([name, spelled(name).toUpperCase()])];

/**
 * need     as the API takes it
 * secret   that it would get, if it is known
 * Gives {names} of variables or files, or {fault} where the two do not fit.
 */
export function namesOf(need, secret) {
  const each = secret.type === 'key_value' && !need.key ? secret.keys : null;
  if (need.mount) {
    const path = need.mount.replace(/\/+$/, '') + '/' + (need.file_as || secret.name);
    return { names: each ? each.map((key) => path + '/' + key) : [path] };
  }
  if (need.as_env_var) {
    return each ? { fault: 'It has several keys, and this is one variable: choose a key, or another way to arrive.' }
      : { names: [need.as_env_var] };
  }
  if (each) {
    return { names: each.map((key) => spelled((need.prefix || '') + key)) };
  }
  return need.prefix ? { fault: 'It has one value and no keys: choose another way to arrive.' }
      : { names: usualNames(need.secret) };
}

/** "gives DB_USER, DB_PASSWORD", or why it gives nothing. */
export function Gives({ need, secret }) {
  if (!secret) {
    return null;
  }
  const { names, fault } = namesOf(need, secret);
  if (fault) {
    return html`<span class="fault">${fault}</span>`;
  }
  return html`<span class="hint break">gives ${names.slice(0, SHOWN).map((name, i) => html`${i > 0 && ', '}<code
    key=${name}>${name}</code>`)}${names.length > SHOWN && ` and ${names.length - SHOWN} more`}</span>`;
}
