// Who is meant by the ids that the broker tells: names of accounts, loaded once for a page.
import { html, useMemo } from '../lib.js';
import { get } from '../api.js';
import { useLoad } from '../hooks.js';
import { href } from '../router.js';
import { caller, may, mayInTenant } from '../session.js';

const MOST = 500;
const KINDS = { service_account: 'Service account', user: 'User', run: 'Run', external: 'Identity from outside',
    system: 'The broker' };

/** {all: the first 500 accounts, named: by id, loaded, reload}; nothing for who may not see them. */
export function usePeople() {
  const state = useLoad((signal) => (mayInTenant('account_read')
    ? get('/service-accounts', { page_size: MOST }, { signal }).then((page) => page.service_accounts)
    : Promise.resolve([])), []);
  const all = state.data || [];
  const named = useMemo(() => new Map(all.map((one) => [one.id, one.name])), [state.data]);
  return { all, named, loaded: state.data !== undefined, reload: state.reload };
}

/** `service_account:ID` as a name with a link where it is known. said: the name, where the broker told it with the id. */
export function Who({ is, people, name: said }) {
  if (!is) {
    return '–';
  }
  const [kind, id] = is.includes(':') ? is.split(':') : ['service_account', is];
  const name = people.named.get(id) || said || (caller()?.principal.id === id ? caller().principal.name : undefined);
  if (kind === 'run' && may('run_read')) {
    return html`<a href=${href(['runs', id])}>${name || html`Run <code>${id.slice(-8)}</code>`}</a>`;
  }
  if (name) {
    return people.named.has(id) ? html`<a href=${href(['access', 'accounts', id])}>${name}</a>` : name;
  }
  return html`<span title=${is}>${KINDS[kind] || kind} ${id && kind !== 'system' && html`<code>${id.slice(-8)}</code>`}</span>`;
}
