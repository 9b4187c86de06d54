// Records of the audit trail: filtered by the server, each with all that it says.
import { html, useState } from '../lib.js';
import { usePages, usePlace } from '../hooks.js';
import { href, refine } from '../router.js';
import { mayInTenant } from '../session.js';
import { Badge, Button, Empty, Note, Panel, Time } from '../ui/basic.js';
import { Field, Select, Text } from '../ui/field.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { Record } from './auditrecord.js';
import { ACTIONS, actionTitle, FILTERS, thing, unfiltered } from './auditwords.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Filters that are behind “More filters” until one of them is used. */
const RARE = ['resource', 'from', 'to'];
const ACTOR = /^[a-z_]{1,20}:[0-9a-f-]{36}$/;
const asTime = (local) => (local ? new Date(local + 'Z').toISOString() : undefined);

/** What is asked of the API, and what is wrong with the filters of the address: {asked, faults}. */
function read(query) {
  const upsideDown = query.from && query.to && query.from >= query.to;
  const faults = {
    resource: query.resource && !ID.test(query.resource) ? 'An id has 32 digits and letters a to f in five groups.' : undefined,
    from: upsideDown ? 'It begins after it ends.' : undefined,
  };
  return {
    faults,
    asked: {
      project: query.project, actor: ACTOR.test(query.actor || '') ? query.actor : undefined, action: query.action,
      outcome: query.outcome, name: query.name, resource: faults.resource ? undefined : query.resource,
      from: upsideDown ? undefined : asTime(query.from), to: upsideDown ? undefined : asTime(query.to),
    },
  };
}

export function Records() {
  const { query } = usePlace();
  const people = usePeople();
  const [open, show] = useState(null);
  const { asked, faults } = read(query);
  const somewhere = query.project || mayInTenant('audit_read');
  const pages = usePages(somewhere ? '/audit' : null, asked, 'records');
  const filtered = FILTERS.some((field) => query[field]);
  const clear = html`<${Button} onClick=${() => refine(unfiltered())}>Clear filters</${Button}>`;
  if (!somewhere) {
    return html`<${Empty} icon="audit" title="Choose a project">You may read the records of your projects: choose one
        above.</${Empty}>`;
  }
  const columns = [
    { title: 'When', cell: (one) => html`<span class="nowrap"><${Time} at=${one.at} /></span>` },
    { title: 'Who', cell: (one) => html`<${Who} is=${one.actor} name=${one.actor_name} people=${people} />` },
    { title: 'What', cell: (one) => html`<button type="button" class="link"
        onClick=${() => show(one)}>${actionTitle(one.action)}</button>` },
    { title: 'Outcome', cell: (one) => html`<${Badge} kind=${one.outcome === 'allowed' ? 'good'
        : 'bad'}>${one.outcome === 'allowed' ? 'Allowed' : 'Denied'}</${Badge}>` },
    { title: 'About', cell: (one) => html`<${About} one=${one} people=${people} />` },
    { title: 'From', cell: (one) => html`<span class="muted break">${one.source || 'the broker'}</span>` },
    { title: 'In chain', right: true, cell: (one) => one.sequence ?? html`<span class="muted">soon</span>` },
  ];
  return html`
    <div class="stack">
      ${query.project && html`<${OfProject} project=${query.project} />`}
      <${Panel} flush title="Who did what" actions=${html`${filtered && clear}<${Button} icon="rotation"
          onClick=${pages.reload}>Look again</${Button}>`}>
        <${Filters} query=${query} people=${people} faults=${faults} />
        <${Paged} pages=${pages} label="Audit records" id=${(one) => one.id} columns=${columns}
          empty=${html`<${Empty} icon="audit" title=${filtered ? 'No record like that' : 'No record yet'} action=${filtered
              && clear}>${filtered ? 'Take a filter away, or another time.'
                  : 'Whatever is done to secrets, and whatever is refused, is recorded here.'}</${Empty}>`} />
      </${Panel}>
      ${open && html`<${Record} one=${open} people=${people} onClose=${() => show(null)} />`}
    </div>`;
}

/** What was done to what; whose role it is, and an account by its name. */
function About({ one, people }) {
  const named = one.resource_kind === 'service_account' && !one.resource_name ? people.named.get(one.resource_id) : undefined;
  const of = one.resource_kind === 'role_binding' && one.detail.principal;
  return html`<span class="break">${thing(named ? { ...one, resource_name: named } : one)}${of
    && html` of <${Who} is=${of} people=${people} />`}</span>`;
}

/** In the scope of a project the rest is left out: that has to be said. */
const OfProject = ({ project }) => html`
  <${Note} title=${`These are the records of project ${project} alone`}>
    What was done to the organization as a whole (its own secrets, roles and accounts, sign-ins, other projects) is left out${' '}
    ${mayInTenant('audit_read')
      ? html`here. <a href=${href(['audit', 'records'], { project: '', domain: '' })}>See the whole organization’s</a>`
      : 'here, and your roles do not show it.'}
  </${Note}>`;

function Filters({ query, people, faults }) {
  const [more, show] = useState(RARE.some((field) => query[field]));
  const set = (field) => (value) => refine({ [field]: value });
  const time = (field, label) => html`<${Field} label=${label} fault=${faults[field]}>${(tied) => html`<input
      type="datetime-local" ...${tied} value=${query[field] || ''}
          onChange=${(event) => set(field)(event.target.value)} />`}</${Field}>`;
  const actor = query.actor && !people.all.some((one) => 'service_account:' + one.id === query.actor) ? [[query.actor,
      query.actor]] : [];
  return html`
    <div class="filter-grid four">
      <${Select} label="Who" value=${query.actor || ''} onValue=${set('actor')} of=${[['', 'Everybody'], ...actor,
          ...people.all.map((one) => ['service_account:' + one.id, one.name])]} />
      <${Action} value=${query.action || ''} onValue=${set('action')} />
      <${Select} label="Outcome" value=${query.outcome || ''} onValue=${set('outcome')} of=${[['', 'Any'], ['allowed', 'Allowed'],
          ['denied', 'Denied']]} />
      <${Text} label="Name of the thing" value=${query.name || ''} onValue=${(text) => refine({ name: text.trim() })}
        placeholder="all of it, such as db-password" maxlength="128" autocomplete="off" spellcheck=${false} />
      ${more && html`
        <${Text} label="Id of the thing" value=${query.resource || ''} onValue=${(text) => refine({ resource: text.trim() })}
          fault=${faults.resource} maxlength="36" class="mono" autocomplete="off" spellcheck=${false} />
        ${time('from', 'From (UTC)')}${time('to', 'Until (UTC)')}`}
      <div class="filter-more"><button type="button" class="link small" aria-expanded=${String(more)}
        onClick=${() => show(!more)}>${more ? 'Fewer filters' : 'More filters'}</button></div>
    </div>`;
}

const Action = ({ value, onValue }) => html`
  <${Field} label="What">${(tied) => html`
    <select ...${tied} onChange=${(event) => onValue(event.target.value)}>
      <option value="" selected=${!value}>Everything</option>
      ${ACTIONS.map(([group, all]) => html`<optgroup key=${group} label=${group}>${all.map(([word, title]) => html`
        <option key=${word} value=${word} selected=${word === value}>${title}</option>`)}</optgroup>`)}
    </select>`}
  </${Field}>`;
