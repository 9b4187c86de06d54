// What each role may do, as the broker enforces it: GET /auth/whoami tells it of each binding, and AccessViewIT compares.
import { html } from '../lib.js';
import { Icon } from '../ui/icon.js';
import { ROLES, roleTitle } from './accesswords.js';

/** Roles in the order of the marks below: y yes, o only what is its own, - no. */
const ORDER = ['viewer', 'developer', 'editor', 'admin', 'runner', 'auditor'];

/** [what one can do, the actions that it takes, marks by role] */
export const CAN = [
  ['Sees names, versions and rotations', ['secret_list', 'secret_read_metadata', 'rotation_read', 'environment_read'], 'yyyyyy'],
  ['Sees runs and leases', ['run_read', 'lease_read'], 'yyyyoy'],
  ['Gets values for programs', ['run_open', 'lease_grant'], '----y-'],
  ['Creates, changes and deletes secrets and environments',
    ['secret_create', 'secret_change', 'secret_delete', 'environment_change'], '-yyy--'],
  ['Starts rotations', ['rotation_start'], '-yyy--'],
  ['Looks at a value, where the project lets it', ['secret_reveal'], '-yyy--'],
  ['Aborts and forces rotations, destroys versions', ['rotation_force', 'secret_destroy'], '--yy--'],
  ['Revokes leases and ends runs', ['lease_revoke', 'run_end'], '--yyo-'],
  ['Sets up webhooks', ['webhook_admin'], '--yy--'],
  ['Says who has access: roles, accounts, projects', ['role_admin', 'account_admin', 'project_admin'], '---y--'],
  ['Reads the audit trail', ['audit_read'], '---y-y'],
];

const MARKS = {
  y: html`<${Icon} name="check" /><span class="sr">yes</span>`,
  o: html`<span class="small">own</span>`,
  '-': html`<span class="muted" aria-hidden="true">–</span><span class="sr">no</span>`,
};

/** What a role can do, and what it cannot. chosen: the role that is looked at, if any. */
export const RoleTable = ({ chosen }) => html`
  <table class="can">
    <caption class="sr">What each role can do</caption>
    <thead><tr><th scope="col"><span class="sr">What one can do</span></th>${ORDER.map((role) => html`
      <th key=${role} scope="col" class=${role === chosen ? 'is-chosen' : ''}><span>${roleTitle(role)}</span></th>`)}</tr></thead>
    <tbody>${CAN.map(([title, , marks]) => html`
      <tr key=${title}><th scope="row">${title}</th>${ORDER.map((role, i) => html`
        <td key=${role} class=${role === chosen ? 'is-chosen' : ''}>${MARKS[marks[i]]}</td>`)}</tr>`)}</tbody>
  </table>`;

/** Whether somebody with these roles gets values. */
export const getsValues = (roles) => roles.includes('runner');

