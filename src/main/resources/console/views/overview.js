// How it stands: what needs somebody first, then what is going on, then how it went over time.
import { html } from '../lib.js';
import { get } from '../api.js';
import { useFollow, usePlace } from '../hooks.js';
import { href } from '../router.js';
import { useScope } from '../scope.js';
import { caller, may } from '../session.js';
import { Countdown, Figure, Loaded, PageHead, Panel, scopeText } from '../ui/basic.js';
import { Bars } from '../ui/chart.js';
import { Progress } from '../ui/progress.js';
import { Attention, attentionOf } from './overviewattention.js';
import { OverTime } from './overviewcharts.js';
import { FirstSteps, stepsOf } from './overviewsteps.js';
import { PhaseBadge } from './rotationwords.js';

const EVERY_MS = 15_000;
const REST_MS = 2000;
const OPEN_SHOWN = 6;
const COUNTED = 500;

export default function View() {
  const { project } = useScope();
  const { path } = usePlace();
  const state = useFollow((signal) => read(project, signal), [project],
      { types: ['rotation', 'secret', 'run', 'lease'], every: EVERY_MS, rest: REST_MS });
  return path[0] === 'overview' && html`
    <${PageHead} title="Overview">${project || caller().tenant.name}</${PageHead}>
    <${Loaded} state=${state}>${(now) => html`<${Now} now=${now} project=${project} />`}</${Loaded}>`;
}

/** Everything that the caller may see; what it may not is left out, and what fails for another reason is a problem. */
async function read(project, signal) {
  const asked = (allowed, ask, otherwise) => (allowed ? ask().catch((problem) => {
    if (problem.isRefusal || problem.status === 404 || problem.status === 429) {
      return otherwise;
    }
    throw problem;
  }) : otherwise);
  const rotations = may('rotation_read');
  const [secrets, open, failed, last, lost, leases] = await Promise.all([
    asked(rotations, () => get('/stats/secrets', { project }, { signal }), null),
    asked(rotations, () => get('/rotations', { project, phase: 'open', page_size: COUNTED }, { signal }), { rotations: [] }),
    asked(rotations, () => get('/rotations', { project, phase: 'failed', page_size: 5 }, { signal }), { rotations: [] }),
    asked(rotations, () => get('/rotations', { project, page_size: 1 }, { signal }), { rotations: [] }),
    asked(may('run_read'), () => get('/runs', { project, state: 'lost', page_size: 5 }, { signal }), { runs: [] }),
    asked(may('lease_read'), () => get('/leases', { project, page_size: 1 }, { signal }), { leases: [] }),
  ]);
  return { secrets, open: open.rotations, failed: failed.rotations, lost: lost.runs, everRotated: last.rotations.length > 0,
      everLeased: leases.leases.length > 0 };
}

function Now({ now, project }) {
  const steps = stepsOf(now);
  const begun = steps.some((step) => step.done);
  const waiting = attentionOf(now);
  return html`
    <div class="stack">
      ${steps.some((step) => !step.done) && may('secret_create') && html`<${FirstSteps} steps=${steps} begun=${begun} />`}
      ${(begun || !may('secret_create')) && html`
        ${waiting.length > 0 ? html`<${Attention} items=${waiting} />` : html`<${Calm} />`}
        <${Figures} now=${now} project=${project} />
        ${now.open.length > 0 && html`<${UnderWay} rotations=${now.open} />`}
        ${may('rotation_read') && html`<${OverTime} project=${project} />`}
        ${now.secrets && now.secrets.total > 0 && html`<div class="grid two">
          <${Panel} title="How old the values are"><p class="hint">The older a value, the longer somebody who has once seen it
              can use it. Good: short bars at the bottom.</p><${Bars} label="Secrets by the age of their value"
              of=${agesOf(now.secrets.ages)} /></${Panel}>
          <${Panel} title="How they stand with rotations"><p class="hint">Good: rotated. Never rotated is still the first value;
              overdue is later than the secret’s own policy says.</p>
            <${Bars} label="Secrets by how they stand with rotations" of=${[
            { label: 'Rotated', value: now.secrets.states.rotated, color: 'good' },
            { label: 'Being rotated', value: now.secrets.states.rotating, color: 'info' },
            { label: 'Never rotated', value: now.secrets.states.never_rotated, color: 'wait-fill' },
            { label: 'Overdue', value: now.secrets.states.overdue, color: 'bad' },
          ]} /></${Panel}>
        </div>`}`}
    </div>`;
}

/** Each with what is good or bad about it now. */
function Figures({ now, project }) {
  const { secrets, open } = now;
  const toMove = open.reduce((sum, one) => sum + (one.holders ? one.holders.pending + one.holders.failed : 0), 0);
  const overdue = secrets?.states.overdue;
  return html`
    <div class="figures">
      ${secrets && html`<${Figure} value=${secrets.total.toLocaleString('en')} label=${secrets.total === 1 ? 'secret' : 'secrets'}
        href=${href(['secrets'])} hint=${project ? `All that is kept in ${project}.`
            : 'All that is kept, as far as you may see it.'} />`}
      <${Figure} value=${open.length + (open.length === COUNTED ? '+' : '')} href=${href(['rotations'])}
        label=${open.length === 1 ? 'rotation under way' : 'rotations under way'}
        hint=${open.length ? 'Good as long as it ends before its deadline.' : 'Nothing is changing now.'} />
      <${Figure} value=${toMove.toLocaleString('en')} label=${toMove === 1 ? 'holder still to move' : 'holders still to move'}
        hint=${toMove ? 'Should be 0 by the deadline: who has not moved then loses the value.'
          : 'Good: everybody has the newest value.'} />
      ${secrets && html`<${Figure} value=${overdue.toLocaleString('en')}
        label=${overdue === 1 ? 'secret overdue' : 'secrets overdue'}
        hint=${overdue ? 'Rotate: it is later than their policies say.' : 'Good: every policy is kept.'} />`}
    </div>`;
}

const Calm = () => html`<div class="panel calm"><span class="calm-mark" aria-hidden="true"></span><div>
    <b>Nothing needs you now</b><div class="small muted">No rotation is stuck, overdue or failed, and no run was lost in the last
        day.</div></div></div>`;

/** Each takes up where the one before ends. */
function agesOf(ages) {
  const colors = ['good', 'good', 'accent', 'wait-fill', 'bad'];
  return ages.map((age, i) => {
    const from = i ? ages[i - 1].under_days : 0;
    const label = age.under_days === undefined ? `${from} days and more` : i === 0
        ? `Under ${age.under_days} ${age.under_days === 1 ? 'day' : 'days'}` : `${from} to ${age.under_days} days`;
    return { label, value: age.secrets,
        color: colors[Math.min(colors.length - 1, Math.round((i * (colors.length - 1)) / Math.max(1, ages.length - 1)))] };
  });
}

function UnderWay({ rotations }) {
  const sorted = [...rotations].sort((a, b) => new Date(a.deadline || '9999-01-01') - new Date(b.deadline || '9999-01-01'));
  return html`
    <${Panel} title="Under way" actions=${rotations.length > OPEN_SHOWN
        && html`<a href=${href(['rotations'])}>See all ${rotations.length}</a>`}>
      <ul class="under-way">${sorted.slice(0, OPEN_SHOWN).map((one) => html`
        <li key=${one.id}>
          <div class="row spread"><div class="row"><a class="strong break" href=${href(['rotations', one.id])}>${one.secret}</a>
              <${PhaseBadge} rotation=${one} /></div>
            <span class="small muted">${one.deadline ? html`<${Countdown} to=${one.deadline}
                over="any moment" /> left` : 'no end yet'}</span></div>
          <${Progress} holders=${one.holders || { total: 0, moved: 0, pending: 0, failed: 0 }} />
          <div class="small muted">${scopeText(one.scope)} · v${one.from_version} → v${one.to_version}</div>
        </li>`)}</ul>
    </${Panel}>`;
}
