// Records of the audit trail: filtered by the server, each with all that it says.
import { html, useState } from '../lib.js';
import { usePages, usePlace } from '../hooks.js';
import { refine } from '../router.js';
import { usePlaces } from '../scope.js';
import { Badge, Button, Empty, Facts, Panel, Time } from '../ui/basic.js';
import { Dialog } from '../ui/dialog.js';
import { Field, Select, Text } from '../ui/field.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { facts } from './eventwords.js';

/** What can be asked for, as records call it. */
const ACTIONS = ['secret_create', 'secret_change', 'secret_delete', 'secret_destroy', 'secret_force_delete', 'secret_restore',
    'secret_purge', 'secret_clone', 'secret_reveal',
  'secret_reveal_strict', 'secret_share', 'secret_adopt', 'secret_list', 'secret_read_metadata', 'rotation_start',
      'rotation_read', 'rotation_force', 'rotation_step', 'environment_read',
  'environment_change', 'resolve', 'lease_grant', 'lease_renew', 'lease_read', 'lease_revoke', 'run_open', 'run_beat', 'run_end',
      'run_read', 'event_read', 'subscription_use',
  'webhook_read', 'webhook_admin', 'audit_read', 'project_read', 'project_admin', 'project_quota', 'community_read',
      'community_admin', 'domain_read', 'domain_admin', 'account_read',
  'account_admin', 'role_read', 'role_admin', 'operation_read', 'quota_read', 'identity_read', 'identity_admin',
      'tenant_operate'];
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ACTOR = /^[a-z_]{1,20}:[0-9a-f-]{36}$/;
const FIELDS = ['actor', 'action', 'outcome', 'resource', 'from', 'to'];

export const words = (word) => word.replaceAll('_', ' ');

const asTime = (local) => (local ? new Date(local + 'Z').toISOString() : undefined);

export function Records() {
  const { query } = usePlace();
  const people = usePeople();
  const [open, show] = useState(null);
  const faults = { resource: query.resource && !ID.test(query.resource) ? 'An id has 32 digits and letters a to f in five groups.'
      : undefined,
    from: query.from && query.to && query.from >= query.to ? 'It begins after it ends.' : undefined };
  const asked = { project: query.project, actor: ACTOR.test(query.actor || '') ? query.actor : undefined, action: query.action,
      outcome: query.outcome,
    resource: faults.resource ? undefined : query.resource, from: faults.from ? undefined : asTime(query.from), to: faults.from
        ? undefined : asTime(query.to) };
  const pages = usePages('/audit', asked, 'records');
  const filtered = FIELDS.some((field) => query[field]);
  const clear = html`<${Button} onClick=${() => refine(Object.fromEntries(FIELDS.map((field) => [field,
      ''])))}>Clear filters</${Button}>`;
  const columns = [
    { title: 'When', cell: (one) => html`<span class="nowrap"><${Time} at=${one.at} /></span>` },
    { title: 'Who', cell: (one) => html`<${Who} is=${one.actor} called=${one.actor_name} people=${people} />` },
    { title: 'What', cell: (one) => html`<button type="button" class="link"
        onClick=${() => show(one)}>${words(one.action)}</button>` },
    { title: 'Outcome', cell: (one) => html`<${Badge} kind=${one.outcome === 'allowed' ? 'good'
        : 'bad'}>${one.outcome === 'allowed' ? 'Allowed' : 'Denied'}</${Badge}>` },
    { title: 'About', cell: (one) => html`<span class="break">${words(one.resource_kind)} ${one.resource_name
        ? html`<b>${one.resource_name}</b>` : one.resource_id && html`<code>${one.resource_id.slice(-8)}</code>`}
      ${one.version && ` version ${one.version}`}</span>` },
    { title: 'From', cell: (one) => html`<span class="muted break">${one.source}</span>` },
    { title: 'In chain', right: true, cell: (one) => one.sequence ?? html`<span class="muted">soon</span>` },
  ];
  return html`
    <${Panel} flush title="Who did what" actions=${html`${filtered && clear}<${Button} icon="rotation"
        onClick=${pages.reload}>Look again</${Button}>`}>
      <${Filters} query=${query} people=${people} faults=${faults} />
      <${Paged} pages=${pages} label="Audit records" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="audit" title=${filtered ? 'No record like that' : 'No record yet'} action=${filtered
            && clear}>${filtered ? 'Take a filter away, or another time.'
                : 'Whatever is done to secrets, and whatever is refused, is recorded here.'}</${Empty}>`} />
    </${Panel}>
    ${open && html`<${Record} one=${open} people=${people} onClose=${() => show(null)} />`}`;
}

function Filters({ query, people, faults }) {
  const set = (field) => (value) => refine({ [field]: value });
  const time = (field, label) => html`<${Field} label=${label} fault=${faults[field]}>${(tied) => html`<input
      type="datetime-local" ...${tied} value=${query[field] || ''}
          onChange=${(event) => set(field)(event.target.value)} />`}</${Field}>`;
  const actor = query.actor && !people.all.some((one) => 'service_account:' + one.id === query.actor) ? [[query.actor,
      query.actor]] : [];
  return html`
    <div class="filter-grid">
      <${Select} label="Who" value=${query.actor || ''} onValue=${set('actor')} of=${[['', 'Everybody'], ...actor,
          ...people.all.map((one) => ['service_account:' + one.id, one.name])]} />
      <${Select} label="What" value=${query.action || ''} onValue=${set('action')} of=${[['', 'Everything'],
          ...ACTIONS.map((one) => [one, words(one)])]} />
      <${Select} label="Outcome" value=${query.outcome || ''} onValue=${set('outcome')} of=${[['', 'Any'], ['allowed', 'Allowed'],
          ['denied', 'Denied']]} />
      <${Text} label="About the thing with this id" value=${query.resource || ''}
          onValue=${(text) => refine({ resource: text.trim() })} fault=${faults.resource} maxlength="36" class="mono" />
      ${time('from', 'From (UTC)')}${time('to', 'Until (UTC)')}
    </div>`;
}

function Record({ one, people, onClose }) {
  const { projects } = usePlaces();
  const only = (what) => () => {
    refine({ ...Object.fromEntries(FIELDS.map((field) => [field, ''])), ...what });
    onClose();
  };
  return html`
    <${Dialog} title=${words(one.action)} wide onClose=${onClose}>
      <div class="content">
        <${Facts} of=${[
          ['When', html`${one.at} (<${Time} at=${one.at} />)`], ['Who', html`<${Who} is=${one.actor} called=${one.actor_name} people=${people} /> <code
              class="small break">${one.actor}</code>`],
          ['Outcome', one.outcome], ['About', html`${words(one.resource_kind)} ${one.resource_name
              && html`<b>${one.resource_name}</b>`}`],
          ['Its id', one.resource_id && html`<code>${one.resource_id}</code>`], ['Version', one.version],
          ['Project', one.project_id && (projects.find((each) => each.id === one.project_id)?.name || one.project_id)],
          ['From', one.source], ['Request', html`<code>${one.request_id}</code>`],
          ...facts(one.detail), ['Place in the chain', one.sequence ?? 'not sealed yet'], ['Hash', one.hash
            && html`<code>${one.hash}</code>`],
        ]} />
      </div>
      <footer>
        ${one.resource_id && html`<${Button} onClick=${only({ resource: one.resource_id })}>All about this thing</${Button}>`}
        <${Button} onClick=${only({ actor: one.actor })}>All by the same</${Button}>
        <${Button} kind="primary" onClick=${onClose}>Close</${Button}>
      </footer>
    </${Dialog}>`;
}
