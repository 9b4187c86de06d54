// Who did something, by name where the caller may know names. All names are asked for once.
import { html, useEffect, useState } from '../lib.js';
import { get } from '../api.js';
import { caller, may } from '../session.js';

const EVERYTHING = 500;
const KINDS = { service_account: '', run: 'a run', user: 'a person', external: 'somebody of an identity provider', broker: 'the broker', system: 'the broker' };
const names = new WeakMap();

function namesFor(who) {
  if (!names.has(who)) {
    const asked = may('account_read') ? get('/service-accounts', { page_size: EVERYTHING }).then((page) => page.service_accounts, () => []) : Promise.resolve([]);
    names.set(who, asked.then((accounts) => new Map(accounts.map((one) => [one.id, one.name]))));
  }
  return names.get(who);
}

/** id: kind and id, such as service_account:8a1f… */
export function Who({ id }) {
  const [kind, uuid = ''] = (id || '').split(':');
  const [name, set] = useState('');
  useEffect(() => {
    let gone = false;
    const who = caller();
    if (who && uuid) {
      namesFor(who).then((all) => !gone && set(uuid === who.principal.id ? who.principal.name : all.get(uuid) || ''));
    }
    return () => {
      gone = true;
    };
  }, [uuid]);
  return html`<span title=${id}>${name || KINDS[kind] || (uuid ? 'account ' + uuid.slice(0, 8) : kind)}</span>`;
}
