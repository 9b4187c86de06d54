// What operators see to: tenants and their limits, keys, long work, nodes. Admins of a tenant see its limits and its work.
import { html } from '../lib.js';
import { href } from '../router.js';
import { caller, isOperator, may } from '../session.js';
import { PageHead, Tabs } from '../ui/basic.js';
import { Health } from './operatorhealth.js';
import { RootKey } from './operatorkeys.js';
import { Operation, Operations } from './operatorwork.js';
import { Quotas } from './operatorquotas.js';
import { Tenant } from './operatortenant.js';
import { Tenants } from './operatortenants.js';

const Own = () => html`<${Quotas} tenant=${caller().tenant.name} />`;

/** [id, title, what shows it, the part, one of it] */
const PARTS = [
  ['tenants', 'Tenants', isOperator, Tenants, Tenant],
  ['limits', 'Limits', () => !isOperator() && may('quota_read'), Own],
  ['keys', 'Root key', isOperator, RootKey],
  ['work', 'Long work', () => may('operation_read'), Operations, Operation],
  ['health', 'Nodes and health', isOperator, Health],
];

/** Admins of a tenant see what is theirs, and the page is called after that. */
const title = () => (isOperator() ? 'Operator' : 'Limits and work');

const OWN = 'What your organization may have at a time, and the long work that goes on in it. '
  + 'Tenants, keys and nodes are seen to by the operators of this installation.';

export default function View({ path }) {
  const seen = PARTS.filter(([, , shows]) => shows());
  const [id, words, , Part, One] = seen.find(([one]) => one === path[0]) || seen[0];
  if (path[1] && One) {
    return html`<${One} key=${path[1]} name=${path[1]} crumbs=${[[title(), href(['operator'])], [words, href(['operator',
        id])]]} />`;
  }
  return html`
    <${PageHead} title=${title()}>${!isOperator() && OWN}</${PageHead}>
    <${Tabs} label="Parts of operating" current=${id} of=${seen.map(([one, said]) => [one, said, href(['operator', one])])} />
    <${Part} />`;
}
