// Events as they come, the newest first: filtered, paused, and each with all that it says.
import { html, useRef, useState } from '../lib.js';
import { get, seg } from '../api.js';
import { useEvents, useLiveState, useLoad, usePlace } from '../hooks.js';
import { href, refine } from '../router.js';
import { usePlaces } from '../scope.js';
import { may } from '../session.js';
import { Badge, Button, Empty, Facts, IconButton, Loading, Note, Panel, plural, ProblemNote, scopeText } from '../ui/basic.js';
import { Filter, Search } from '../ui/field.js';
import { merged, MOST, passes, useKept } from './eventdata.js';
import { about, facts, TYPES, typeKind, typeTitle } from './eventwords.js';
import { runName } from './runwords.js';

/** So many are shown at first, and then whenever older ones are asked for. */
const STEPS = [50, 150, MOST];
const CLOCK = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const GROUPS = [['', 'All kinds'], ['secret', 'Everything of secrets'], ['rotation', 'Everything of rotations'],
    ...TYPES.map(([word, title]) => [word, title])];

const has = (one, text) => (about(one) + ' ' + one.subject + ' ' + JSON.stringify(one.data || {})).toLowerCase()
  .includes(text.toLowerCase());

export function Tail() {
  const { query } = usePlace();
  const { projects } = usePlaces();
  const filter = { kind: query.kind || '', project: query.project || '', secret: query.secret || '', run: query.run || '' };
  filter.projectId = projects.find((one) => one.name === filter.project)?.id;
  const [many, show] = useState(STEPS[0]);
  const kept = useKept(filter, query.text ? MOST : many);
  const [held, hold] = useState(null);
  const missed = useRef(false);
  const live = useLiveState();
  useEvents([''], (news) => {
    missed.current ||= news.some((one) => one.type === 'reset');
    const real = news.filter((one) => one.id && passes(one, filter));
    held ? hold((was) => merged(real, was)) : kept.add(real);
  });
  const shown = kept.all?.filter((one) => !query.text || has(one, query.text));
  const go = () => {
    kept.add(held);
    hold(null);
  };
  return html`
    <${Panel} flush title=${live === 'live' ? 'Events, as they happen' : 'Events'} actions=${held
      ? html`<${Button} icon="play" kind="primary" onClick=${go}>Go on${held.length ? ` (${held.length} new)` : ''}</${Button}>`
          : html`<${Button} onClick=${() => hold([])}>Pause</${Button}>`}>
      <${Filters} query=${query} />
      ${missed.current && html`<div class="panel-text"><${Note}
          kind="wait">The connection was away for so long that some events may be missing here.</${Note}></div>`}
      ${kept.problem && html`<div class="panel-text"><${ProblemNote} problem=${kept.problem} retry=${kept.reload} /></div>`}
      ${!shown ? html`<${Loading} />` : shown.length === 0 ? html`<${Nothing} filtered=${Object.values(filter).some(Boolean)
          || query.text} run=${filter.run} />`
        : html`<ol class="tail" aria-label="Events">${shown.map((one) => html`<${Event} key=${one.id} one=${one} />`)}</ol>`}
      ${shown && kept.more && html`<div class="table-foot"><span>The newest ${shown.length}</span>
        <${Button} busy=${kept.busy} onClick=${() => show(STEPS.find((one) => one > many))}>Show older</${Button}></div>`}
    </${Panel}>
    <p class="small muted" role="status">${shown && `${plural(shown.length, 'event')} shown${held ? ', paused'
        : ''}.`} ${shown?.length >= MOST && `The newest ${MOST} are kept here.`}</p>`;
}

const Nothing = ({ filtered, run }) => html`
  <${Empty} icon="events" title=${filtered ? 'Nothing of this kind' : 'Nothing has happened yet'}>
    ${run ? 'Of a run it is told that it was lost, and that its leases were revoked. What it leases and says is on its page.'
      : filtered ? 'Other events may be there; choose another filter.'
        : 'What happens to secrets, rotations and runs appears here by itself.'}</${Empty}>`;

function Filters({ query }) {
  const { projects } = usePlaces();
  return html`
    <div class="filters">
      <${Search} label="Search names and ids" value=${query.text || ''} onValue=${(text) => refine({ text })} />
      <${Filter} label="Kind of event" value=${query.kind} onValue=${(kind) => refine({ kind })} of=${GROUPS} />
      <${Filter} label="Project of the event" value=${query.project} onValue=${(project) => refine({ project })}
        of=${[['', 'All projects'], ...projects.map((one) => [one.name, one.name])]} />
      ${query.run && html`<${Only} what="run" id=${query.run} of=${OfRun} />`}
      ${query.secret && html`<${Only} what="secret" id=${query.secret} of=${OfSecret} />`}
    </div>`;
}

/** The one thing whose events are shown, and letting it go. */
const Only = ({ what, id, of: Name }) => html`
  <span class="chip">Only of ${what} <b><${Name} id=${id} /></b><${IconButton} icon="close" label=${`Events of every ${what}`}
    onClick=${() => refine({ [what]: '', named: '' })} /></span>`;

function OfRun({ id }) {
  const run = useLoad((signal) => (may('run_read') ? get('/runs/' + seg(id), {}, { signal }) : Promise.resolve(null)), [id]).data;
  return run ? html`<a href=${href(['runs', id])}>${runName(run)}</a>` : html`<code>${id.slice(-8)}</code>`;
}

/** The address says what it is called: an id alone leads to no name. */
const OfSecret = ({ id }) => usePlace().query.named || html`<code>${id.slice(-8)}</code>`;

const NO_FILTER = { kind: '', text: '', run: '', secret: '' };

function Event({ one }) {
  const [open, set] = useState(false);
  const scope = one.data?.scope;
  const named = one.subject.startsWith('secrets/') && one.data?.name;
  const run = one.subject.startsWith('runs/') ? one.subject.slice(5) : one.data?.run_id || one.data?.selector?.run_id;
  const links = html`<div class="row">
    ${named && may('secret_list') && html`<a href=${href(['secrets', one.data.name], { project: scope?.project || '',
        domain: scope?.domain || '', ...NO_FILTER })}>The secret</a>`}
    ${one.data?.rotation && may('rotation_read') && html`<a href=${href(['rotations', one.data.rotation],
        NO_FILTER)}>The rotation</a>`}
    ${run && may('run_read') && html`<a href=${href(['runs', run], NO_FILTER)}>The run</a>`}</div>`;
  return html`
    <li><details onToggle=${(event) => set(event.target.open)}>
      <summary>
        <time class="number muted small" datetime=${one.time}>${CLOCK.format(new Date(one.time))}</time>
        <${Badge} kind=${typeKind(one.type)}>${typeTitle(one.type)}</${Badge}>
        <span class="grow break">${about(one)} ${scope && html`<span class="muted small">${scopeText(scope)}</span>`}</span>
      </summary>
      ${open && html`<div class="stack tight"><${Facts} of=${[...facts(one.data || {}), ['type', html`<code>${one.type}</code>`],
          ['subject', html`<code>${one.subject}</code>`],
        ['id', html`<code>${one.id}</code>`], ['sequence', one.sequence]]} />${links}</div>`}
    </details></li>`;
}
