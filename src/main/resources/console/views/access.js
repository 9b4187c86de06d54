// Access: where things belong, who may do what there, and how people and programs prove who they are.
import { html } from '../lib.js';
import { href } from '../router.js';
import { may, mayInTenant } from '../session.js';
import { Empty, PageHead, Tabs } from '../ui/basic.js';
import { Accounts } from './accessaccounts.js';
import { Account } from './accessaccount.js';
import { Communities, Community } from './accesscommunities.js';
import { Domains } from './accessdomains.js';
import { Provider, Providers } from './accessidentity.js';
import { Project } from './accessproject.js';
import { Projects } from './accessprojects.js';
import { Roles } from './accessroles.js';

/** [id, title, what shows it, the list, one of the list by its name or id] */
const PARTS = [
  ['projects', 'Projects', () => may('project_read'), Projects, Project],
  ['communities', 'Communities', () => may('community_read'), Communities, Community],
  ['domains', 'Domains', () => may('domain_read'), Domains],
  ['roles', 'Roles', () => mayInTenant('role_read'), Roles],
  ['accounts', 'Service accounts', () => mayInTenant('account_read'), Accounts, Account],
  ['identity', 'Identity providers', () => mayInTenant('identity_read'), Providers, Provider],
];

export default function View({ path }) {
  const seen = PARTS.filter(([, , shows]) => shows());
  const [id, title, , List, One] = seen.find(([one]) => one === (path[0] || seen[0]?.[0])) || [];
  if (!id) {
    return html`<${PageHead} title="Access" /><${Empty} icon="access"
        title="Your roles do not show this part">Somebody with the role admin can change that.</${Empty}>`;
  }
  if (path[1] && One) {
    return html`<${One} key=${path[1]} name=${path[1]} crumbs=${[['Access', href(['access'])], [title, href(['access',
        id])]]} />`;
  }
  return html`
    <${PageHead} title="Access" />
    <${Tabs} label="Parts of access" current=${id} of=${seen.map(([one, words]) => [one, words, href(['access', one])])} />
    <${List} />`;
}
