// One rotation, as it goes: who has moved, who has not, how long there is, and what can be done about it.
import { html, useEffect, useRef, useState } from '../lib.js';
import { get, seg } from '../api.js';
import { useEvery, useLiveState, useLoad } from '../hooks.js';
import { href } from '../router.js';
import { mayInTenant } from '../session.js';
import { Button, Countdown, duration, Facts, Loaded, Note, PageHead, Panel, ProblemNote, scopeText, Time } from '../ui/basic.js';
import { HolderCells } from '../ui/holders.js';
import { Icon } from '../ui/icon.js';
import { Progress } from '../ui/progress.js';
import { Table } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { Actions } from './rotationactions.js';
import { useCells, useHeldThen, useRotation, useStory } from './rotationdata.js';
import { Stages, Story } from './rotationstory.js';
import { Holder, holders, isOpen, PhaseBadge, principalText, reloadText, StateBadge, staysBehind } from './rotationwords.js';

const FEW = 500;
const OLD_MS = 8000;
const SHOWN = 25;

export function RotationPage({ id }) {
  const [most, setMost] = useState(FEW);
  const state = useRotation(id, most);
  return html`<${Loaded} state=${{ ...state, problem: state.data ? null : state.problem }}>${(rotation) => html`
    <${Opened} rotation=${rotation} state=${state} more=${rotation.more ? () => setMost(most + FEW) : null} />`}</${Loaded}>`;
}

function Opened({ rotation, state, more }) {
  const told = useStory(rotation);
  const held = useHeldThen(rotation);
  const cells = useCells(rotation, held);
  const starter = useStarter(rotation.started_by);
  const failed = rotation.laggards.filter((one) => one.status === 'failed');
  const waiting = rotation.laggards.filter((one) => one.status !== 'failed');
  const scope = { project: rotation.scope.project, domain: rotation.scope.domain };
  return html`
    <${PageHead} title=${rotation.secret} crumbs=${[['Rotations', href(['rotations'])]]} badges=${html`<${PhaseBadge}
        rotation=${rotation} />`}
      actions=${html`<${Actions} rotation=${rotation} reload=${state.reload} />`}>
      ${scopeText(rotation.scope)} · <${Time} at=${rotation.started_at} /> · <a
          href=${href(['secrets', rotation.secret], scope)}>the secret</a> ·
      ${' '}<a href=${href(['rotations', 'holders', rotation.secret], scope)}>who holds it now</a>
    </${PageHead}>
    <div class="stack">
      <${Freshness} state=${state} open=${isOpen(rotation)} />
      <${Picture} rotation=${rotation} told=${told} cells=${cells} />
      <div class="rotation-below">
        <div class="stack">
          ${failed.length > 0 && html`<${Failed} items=${failed} />`}
          <${Behind} rotation=${rotation} items=${waiting} more=${more} />
        </div>
        <div class="stack">
          <${Story} rotation=${rotation} told=${told} starter=${starter} />
          <${About} rotation=${rotation} starter=${starter} />
        </div>
      </div>
    </div>`;
}

/** The picture: versions, how many, how long, the bar, and everybody as a cell. */
function Picture({ rotation, told, cells }) {
  const all = rotation.holders || { total: 0, moved: 0, pending: 0, failed: 0 };
  const share = all.total ? Math.floor((100 * all.moved) / all.total) : 100;
  return html`
    <section class=${'panel picture is-' + (rotation.laggards_total && !isOpen(rotation) ? 'ended' : rotation.phase)}
        aria-label="Progress">
      <div class="picture-top">
        <div class="picture-versions" aria-label=${`From version ${rotation.from_version} to version ${rotation.to_version}`}
            role="img">
          <span class="version">v${rotation.from_version}</span><${Icon} name="arrow" />
              <span class="version is-new">v${rotation.to_version}</span>
        </div>
        <div class="figure"><b>${all.total === 0 ? 'Nobody' : share + ' %'}</b><span>
            ${all.total === 0 ? 'held the old version'
                : `${all.moved.toLocaleString('en')} of ${holders(all.total)} moved`}</span></div>
        <${Remaining} rotation=${rotation} />
      </div>
      ${rotation.strategy === 'staged' && html`<${Stages} rotation=${rotation} told=${told} />`}
      <${Progress} holders=${all} big over=${!isOpen(rotation)} />
      ${cells.length > 0 && html`<${HolderCells} label=${`Holders, ${all.moved} of ${all.total} moved`} cells=${cells}
          idle="Point at a cell, or move through them with the arrow keys." />`}
      <${Result} rotation=${rotation} />
      <p class="sr" role="status">${all.moved} moved, ${all.pending} ${isOpen(rotation) ? 'pending'
          : 'left behind'}, ${all.failed} failed.</p>
    </section>`;
}

function Remaining({ rotation }) {
  const { deadline, started_at: began, ended_at: over, from_version: from } = rotation;
  if (over) {
    return html`<div class="figure"><b>${duration((new Date(over) - new Date(began)) / 1000)}</b><span>is what it took</span>
        </div>`;
  }
  if (!deadline) {
    return html`<div class="figure"><b>No end yet</b><span>
        ${rotation.phase === 'staged' ? 'the time to move begins when everybody is told'
            : `v${from} goes on: both have the same content`}</span></div>`;
  }
  return html`<div class="figure"><b><${Countdown} to=${deadline} over="Any moment" /></b><span>until v${from} ends</span>
      <${Elapsed} from=${began} to=${deadline} /></div>`;
}

/** How much of the time has gone. */
function Elapsed({ from, to }) {
  const [, tick] = useState(0);
  useEvery(1000, () => tick((n) => n + 1));
  const gone = Math.min(100, Math.max(0, (100 * (Date.now() - new Date(from))) / (new Date(to) - new Date(from))));
  return html`<div class="elapsed" aria-hidden="true"><i style=${{ width: gone + '%' }}></i></div>`;
}

/** How it ended. */
function Result({ rotation }) {
  const left = rotation.laggards_total || 0;
  if (rotation.phase === 'completed') {
    return left === 0
      ? html`<${Note} kind="good" title="Done">Nobody uses v${rotation.from_version} any more.</${Note}>`
      : html`<${Note} kind="wait" title=${holders(left) + ' left behind'}>v${rotation.from_version} ended while they still held
          it. Their leases ended with it; they get v${rotation.to_version} with their next lease.</${Note}>`;
  }
  if (rotation.phase === 'aborted' || rotation.phase === 'failed') {
    return html`<${Note} kind="bad"
        title=${rotation.phase === 'aborted' ? 'Aborted' : 'Stopped: the first holders did not take it'}>The value of
            v${rotation.from_version} is current again, as a new version. <${Back} rotation=${rotation} /></${Note}>`;
  }
  return rotation.phase === 'superseded'
    ? html`<${Note} title="Overtaken">A newer version was made before everybody had moved; its rotation took over who was
        left.</${Note}>` : null;
}

function Back({ rotation }) {
  const back = useLoad((signal) => get('/rotations', { secret: rotation.secret_id, page_size: 20 }, { signal }), [rotation.id]);
  const found = back.data?.rotations.find((one) => one.undoes === rotation.id);
  return found ? html`<a href=${href(['rotations', found.id])}>See the way back</a>` : null;
}

/** Says when what is shown may be old: the line is cut, or the broker does not answer. */
function Freshness({ state, open }) {
  const live = useLiveState();
  const [now, tick] = useState(Date.now());
  useEvery(1000, () => tick(Date.now()));
  const old = open && state.at > 0 && now - state.at > OLD_MS;
  const cut = live === 'cut' || state.problem?.isPassing || old;
  const wasCut = useRef(false);
  useEffect(() => {
    if (wasCut.current && !cut) {
      toast('The connection is back. What you see is as it is now.');
    }
    wasCut.current = cut;
  }, [cut]);
  if (state.problem && !state.problem.isPassing) {
    return html`<${ProblemNote} problem=${state.problem} retry=${state.reload} />`;
  }
  return cut && html`
    <${Note} kind="wait" role="status" title="The connection to the broker is cut">
      What you see is how it stood at ${new Date(state.at).toLocaleTimeString('en', { hour12: false })}. The rotation itself goes
          on without this page; the page catches up by itself.
    </${Note}>`;
}

const Failed = ({ items }) => html`
  <${Panel} flush title="Could not take it">
    <${Table} label="Holders who could not take the new version" items=${items} id=${(one) => one.lease + (one.member || '')}
        columns=${[
      { title: 'Holder', cell: (one) => html`<${Holder} of=${one} />` },
      { title: 'What it said', cell: (one) => html`<span class="break">${one.detail || 'It gave no reason.'}</span>` },
      { title: 'Takes it in', cell: (one) => reloadText(one.reload) },
      { title: 'Last heard of', cell: (one) => html`<${Time} at=${one.heard_at} />` },
    ]} />
  </${Panel}>`;

function Behind({ rotation, items, more }) {
  const [shown, show] = useState(SHOWN);
  const over = !isOpen(rotation);
  if (items.length === 0) {
    return over || rotation.holders?.pending > 0 ? null : html`
      <${Panel}><div class="row"><${Icon} name="check" /><span>
          ${rotation.holders?.failed ? 'Nobody else is behind.' : 'Nobody is behind.'}</span></div></${Panel}>`;
  }
  const sorted = [...items].sort((a, b) => staysBehind(b.reload) - staysBehind(a.reload)).slice(0, shown);
  const next = shown < items.length ? () => show(shown + SHOWN) : more && (() => {
    show(shown + SHOWN);
    more();
  });
  return html`
    <${Panel} flush title=${over ? 'Left behind' : 'Have not moved yet'}>
      <${Table} label=${over ? 'Holders who were left behind' : 'Holders who have not moved yet'} items=${sorted}
          id=${(one) => one.lease + (one.member || '')} columns=${over ? [
        { title: 'Holder', cell: (one) => html`<${Holder} of=${one} />` },
      ] : [
        { title: 'Holder', cell: (one) => html`<${Holder} of=${one} />` },
        { title: 'State', cell: (one) => html`<div><${StateBadge} state=${one.status || 'pending'} />
            ${one.detail && html`<div class="small muted break">${one.detail}</div>`}</div>` },
        { title: 'Holds', cell: (one) => 'v' + one.version },
        { title: 'Takes it in', cell: (one) => html`<div>
            ${reloadText(one.reload)}${staysBehind(one.reload) && html`<div class="small muted">moves by ending</div>`}</div>` },
        { title: 'Last heard of', cell: (one) => html`<${Time} at=${one.heard_at} />` },
        { title: 'Lease ends', cell: (one) => html`<${Time} at=${one.expires_at} />` },
      ]} />
      ${next && html`<div class="table-foot"><span>
          ${sorted.length} of ${(items.length).toLocaleString('en')}${more ? ' and more' : ''}</span><${Button}
          onClick=${next}>Show more</${Button}></div>`}
      ${over && rotation.laggards_total > rotation.laggards.length
          && html`<div class="table-foot">The first ${rotation.laggards.length} of ${rotation.laggards_total}</div>`}
    </${Panel}>`;
}

const About = ({ rotation, starter }) => html`
  <${Panel} title="About it"><${Facts} of=${[
    ['How', { drain: 'Everybody at once', immediate: 'Immediately', staged: 'In stages' }[rotation.strategy]],
    ['Time to move', duration(rotation.grace_seconds)],
    ['Started by', principalText(rotation.started_by, starter)],
    ['Takes back', rotation.undoes && html`<a href=${href(['rotations', rotation.undoes])}>an earlier rotation</a>`],
    ['All of them', html`<a href=${href(['rotations'], { secret: rotation.secret_id })}>rotations of this secret</a>`],
    ['Id', html`<code class="break">${rotation.id}</code>`],
  ]} /></${Panel}>`;

/** The name of who began it, where the caller may see accounts. */
function useStarter(text) {
  const [kind, id] = text.split(':');
  const found = useLoad((signal) => kind === 'service_account' && id && mayInTenant('account_read')
    ? get('/service-accounts/' + seg(id), {}, { signal }).catch(() => null) : Promise.resolve(null), [text]);
  return found.data?.name;
}
