// What happened in a rotation, as a time line; and the stages of one that goes in stages.
import { html } from '../lib.js';
import { Panel, plural } from '../ui/basic.js';
import { TimeLine } from '../ui/timeline.js';
import { holders, isOpen, principalText, STRATEGIES } from './rotationwords.js';

const SHOWN_STEPS = 6;

const is = (event, word) => event.type === `io.hushbus.${word}.v1`;

/** [{at, icon, kind, title, text}], oldest first. */
export function storyOf(rotation, told, starter) {
  const story = [{
    at: rotation.started_at, icon: 'play', kind: 'info', title: `v${rotation.to_version} was made`,
    text: `Started by ${principalText(rotation.started_by, starter)}. ${STRATEGIES[rotation.strategy]}.`,
  }];
  told.filter((event) => is(event, 'secret.version.staged')).forEach((event) => story.push(staged(event)));
  if (rotation.strategy === 'staged') {
    told.filter((event) => is(event, 'secret.version.announced')).forEach((event) => story.push(
      { at: event.time, icon: 'events', kind: 'info', title: 'Everybody else is told', text: 'The first ones took it well.' }));
  }
  story.push(...progress(told.filter((event) => is(event, 'rotation.progress'))));
  if (rotation.ended_at) {
    story.push(end(rotation));
  }
  return story.sort((a, b) => new Date(a.at) - new Date(b.at));
}

function staged({ time, data }) {
  const named = (data.runs?.length || 0) + (data.leases?.length || 0);
  return data.stage === 0
    ? { at: time, icon: 'runs', kind: 'wait', title: 'Canaries go first',
        text: named ? plural(named, 'run or lease', 'runs and leases') : 'Nobody was named' }
    : { at: time, icon: 'runs', kind: 'wait', title: `Wave ${data.stage}`, text: `${data.share} of a hundred holders` };
}

function progress(events) {
  const left = events.length > SHOWN_STEPS ? events.slice(-SHOWN_STEPS) : events;
  return left.map(({ time, data: { holders: all } }) => ({
    at: time, icon: all.failed ? 'warning' : 'check', kind: all.failed ? 'wait' : 'good',
    title: `${all.moved} of ${all.total} moved`, text: all.failed ? `${all.failed} failed` : '',
  }));
}

function end(rotation) {
  const at = rotation.ended_at;
  const left = rotation.laggards_total || 0;
  const kinds = {
    completed: left
      ? { icon: 'warning', kind: 'bad', title: `v${rotation.from_version} ended`, text: `${holders(left)} left behind` }
      : { icon: 'check', kind: 'good', title: 'Everybody has moved', text: `v${rotation.from_version} is no longer in use` },
    aborted: { icon: 'close', kind: 'bad', title: 'Aborted', text: 'The value before it was made current again' },
    failed: { icon: 'warning', kind: 'bad', title: 'Failed',
        text: 'The first ones did not take it; the value before it was made current again' },
    superseded: { icon: 'right', kind: '', title: 'Overtaken', text: 'A newer rotation took over its holders' },
  };
  return { at, ...kinds[rotation.phase] };
}

export function Story({ rotation, told, starter }) {
  const ahead = isOpen(rotation) && rotation.deadline
    ? [{ at: rotation.deadline, icon: 'clock', ahead: true, title: `v${rotation.from_version} ends`,
        text: 'for whoever has not moved by then' }] : [];
  return html`<${Panel} title="What happened"><${TimeLine} steps=${[...storyOf(rotation, told, starter), ...ahead]} />
      </${Panel}>`;
}

/** The stages of a staged rotation, as far as they are known: the shares come with the notices that tell of them. */
export function Stages({ rotation, told }) {
  const shares = new Map((rotation.staging?.waves || []).map((share, i) => [i + 1, share]));
  told.filter((event) => is(event, 'secret.version.staged')).forEach(({ data }) => data.stage
      && shares.set(data.stage, data.share));
  const reached = rotation.phase === 'staged' ? rotation.stage : Infinity;
  const waves = Math.max(0, ...shares.keys(), rotation.stage || 0);
  const stages = [['Canaries', 0]];
  for (let wave = 1; wave <= waves; wave++) {
    stages.push([shares.has(wave) ? shares.get(wave) + ' %' : 'Wave ' + wave, wave]);
  }
  stages.push(['Everybody', Infinity]);
  const now = rotation.phase === 'staged' ? reached : rotation.phase === 'draining' || rotation.phase === 'completed' ? Infinity
      : -1;
  return html`
    <ol class="stages" aria-label="Stages">
      ${stages.map(([title, stage]) => html`
        <li key=${title} class=${now < 0 ? '' : stage < now ? 'is-done' : stage === now ? 'is-now' : ''}
            aria-current=${stage === now ? 'step' : undefined}>
          <i aria-hidden="true"></i>${title}<span class="sr">
              ${stage < now ? ', done' : stage === now ? ', now' : ', to come'}</span></li>`)}
    </ol>`;
}
