// What rotations and holders are called, in words that the rest of the page shares.
import { html } from '../lib.js';
import { caller, mayToOthers } from '../session.js';
import { href } from '../router.js';
import { Badge, plural } from '../ui/basic.js';

export const OPEN = ['staged', 'draining'];

const PHASES = {
  staged: ['wait', 'In stages'],
  draining: ['info', 'Under way'],
  completed: ['good', 'Completed'],
  aborted: ['bad', 'Aborted'],
  superseded: ['', 'Overtaken'],
  failed: ['bad', 'Failed'],
};

export const PHASE_CHOICES = [['', 'All'], ...Object.entries(PHASES).slice(2).map(([word, [, title]]) => [word, title])];

export const isOpen = (rotation) => OPEN.includes(rotation.phase);

export function PhaseBadge({ rotation }) {
  const left = rotation.phase === 'completed' ? rotation.laggards_total || 0 : 0;
  const [kind, title] = left ? ['wait', `Ended, ${left.toLocaleString('en')} left behind`] : PHASES[rotation.phase]
      || ['', rotation.phase];
  return html`<${Badge} kind=${kind}>${title}</${Badge}>`;
}

export const STRATEGIES = {
  drain: 'Everybody is told at once and has time to move',
  immediate: 'The old version ends at once',
  staged: 'A few first, then waves, then all',
};

const RELOADS = {
  callback: 'by itself',
  file: 'reads the file again',
  restart: 'restarts',
  'next-run': 'with its next run',
  never: 'never while it runs',
};

/** How a holder takes in a new version. */
export function reloadText(word) {
  if (!word) {
    return 'did not say';
  }
  return word.startsWith('signal:') ? 'on signal ' + word.slice(7) : RELOADS[word] || word;
}

/** Whether it can only move by ending. */
export const staysBehind = (word) => word === 'never' || word === 'next-run';

const STATES = { moved: ['good', 'Moved'], pending: ['wait', 'Pending'], deferred: ['wait', 'Later'], failed: ['bad', 'Failed'],
    left: ['bad', 'Left behind'] };

export const stateTitle = (state) => STATES[state]?.[1] || state;

export const StateBadge = ({ state }) => html`<${Badge} kind=${STATES[state]?.[0]}>${stateTitle(state)}</${Badge}>`;

/** Somebody as the broker writes it, kind and id: in words, as far as they are known here. */
export function principalText(text, name) {
  const [kind, id = ''] = (text || '').split(':');
  if (name) {
    return name;
  }
  return id && id === caller()?.principal.id ? 'you' : [kind.replaceAll('_', ' '), id.slice(0, 8)].filter(Boolean).join(' ');
}

/** Who holds a lease, in a few words: the run, else the account. */
export function holderName(one) {
  const name = one.run_external_id || one.holder_name || principalText(one.holder);
  const attempt = one.run_attempt > 1 ? ', attempt ' + one.run_attempt : '';
  return name + attempt + (one.member ? ' / ' + one.member : '');
}

/** Whether the caller may look at the run of this lease. */
const seesRun = (one) => one.run && (mayToOthers('run_read') || one.opener_name === caller().principal.name);

/** The same as a link, where there is a run that can be looked at. */
export const Holder = ({ of }) => html`
  <div>${seesRun(of) ? html`<a class="strong" href=${href(['runs', of.run])}>${holderName(of)}</a>` : html`<b class="break">
      ${holderName(of)}</b>`}
  ${of.opener_name && html`<div class="small muted break">of ${of.opener_name}</div>`}</div>`;

export const holders = (count) => plural(count, 'holder');
