// Events as they come, the newest first: filtered, paused, and each with all that it says.
import { html, useEffect, useRef, useState } from '../lib.js';
import { get } from '../api.js';
import { useEvents, useLiveState, usePlace } from '../hooks.js';
import { href, refine } from '../router.js';
import { usePlaces } from '../scope.js';
import { may } from '../session.js';
import { Badge, Button, Empty, Facts, Loading, Note, Panel, ProblemNote, plural, scopeText } from '../ui/basic.js';
import { Filter, Search } from '../ui/field.js';
import { about, facts, TYPES, typeKind, typeTitle, typeWord } from './eventwords.js';

const MOST = 500;
const CLOCK = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const GROUPS = [['', 'All kinds'], ['secret', 'Everything of secrets'], ['rotation', 'Everything of rotations'],
    ...TYPES.map(([word, title]) => [word, title])];

/** {all: newest first, problem, again, add} */
function useKept() {
  const [state, set] = useState({ all: undefined, problem: null });
  const add = (news) => set((was) => ({ ...was, all: merged(news, was.all) }));
  const read = async () => {
    set((was) => ({ ...was, problem: null }));
    try {
      add((await get('/events', { newest: MOST })).events);
    } catch (problem) {
      set((was) => ({ ...was, all: was.all || [], problem }));
    }
  };
  useEffect(() => {
    read();
  }, []);
  return { ...state, add, again: read };
}

const order = (one) => Number(one.sequence || 0);

function merged(news, known = []) {
  const ids = new Set(known.map((one) => one.id));
  return [...news.filter((one) => !ids.has(one.id)), ...known].sort((a, b) => order(b) - order(a)).slice(0, MOST);
}

export function Tail() {
  const kept = useKept();
  const [held, hold] = useState(null);
  const missed = useRef(false);
  const { query } = usePlace();
  const { projects } = usePlaces();
  const project = projects.find((one) => one.name === query.project)?.id;
  const live = useLiveState();
  useEvents([''], (news) => {
    missed.current ||= news.some((one) => one.type === 'reset');
    const real = news.filter((one) => one.id);
    held ? hold((was) => merged(real, was)) : kept.add(real);
  });
  const matches = (one) => (!query.kind || typeWord(one.type) === query.kind || typeWord(one.type).startsWith(query.kind + '.'))
    && (!query.project || one.data?.scope?.project === query.project || (one.data?.project_id && one.data.project_id === project))
    && (!query.text || about(one).toLowerCase().includes(query.text.toLowerCase()) || one.subject.includes(query.text));
  const shown = kept.all?.filter(matches);
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
      ${kept.problem && html`<div class="panel-text"><${ProblemNote} problem=${kept.problem} retry=${kept.again} /></div>`}
      ${!shown ? html`<${Loading} />` : shown.length === 0 ? html`
        <${Empty} icon="events" title=${kept.all.length ? 'Nothing of this kind' : 'Nothing has happened yet'}>
          ${kept.all.length ? 'Other events are there; choose another filter.'
              : 'What happens to secrets, rotations and runs appears here by itself.'}</${Empty}>`
        : html`<ol class="tail" aria-label="Events">${shown.map((one) => html`<${Event} key=${one.id} one=${one} />`)}</ol>`}
    </${Panel}>
    <p class="small muted" role="status">${shown && `${plural(shown.length, 'event')} shown${held ? ', paused'
        : ''}.`} The newest ${MOST} are kept here.</p>`;
}

function Filters({ query }) {
  const { projects } = usePlaces();
  return html`
    <div class="filters">
      <${Search} label="Search names and ids" value=${query.text || ''} onValue=${(text) => refine({ text })} />
      <${Filter} label="Kind of event" value=${query.kind} onValue=${(kind) => refine({ kind })} of=${GROUPS} />
      <${Filter} label="Project of the event" value=${query.project} onValue=${(project) => refine({ project })}
        of=${[['', 'All projects'], ...projects.map((one) => [one.name, one.name])]} />
    </div>`;
}

function Event({ one }) {
  const [open, set] = useState(false);
  const scope = one.data?.scope;
  const secret = one.subject.startsWith('secrets/') && one.data?.name;
  const links = html`<div class="row">
    ${secret && may('secret_list') && html`<a href=${href(['secrets', one.data.name], { project: scope?.project || '',
        domain: scope?.domain || '', kind: '', text: '' })}>The secret</a>`}
    ${one.data?.rotation && may('rotation_read') && html`<a href=${href(['rotations', one.data.rotation], { kind: '',
        text: '' })}>The rotation</a>`}</div>`;
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
