// How leases and rotations went over time.
import { html } from '../lib.js';
import { get } from '../api.js';
import { useFollow, usePlace } from '../hooks.js';
import { refine } from '../router.js';
import { Loaded, Panel } from '../ui/basic.js';
import { TimeChart } from '../ui/chart.js';
import { Filter } from '../ui/field.js';

const EVERY_MS = 30_000;
const HOUR_MS = 3600_000;

/** Name in the address: [title, how far back in hours, step]. */
const SPANS = { hour: ['Last hour', 1, '2m'], day: ['Last day', 24, '1h'], week: ['Last 7 days', 168, '6h'],
    month: ['Last 30 days', 720, '1d'] };

export function OverTime({ project }) {
  const { query } = usePlace();
  const span = Object.hasOwn(SPANS, query.span || '') ? query.span : 'day';
  const [, hours, step] = SPANS[span];
  const state = useFollow((signal) => get('/stats', { project, step, from: new Date(Date.now() - hours * HOUR_MS).toISOString() },
      { signal }), [project, span], { every: EVERY_MS });
  return html`
    <${Panel} title="Over time" actions=${html`<${Filter} label="How far back" value=${span}
        onValue=${(next) => refine({ span: next })} of=${Object.entries(SPANS).map(([word, [title]]) => [word, title])} />`}>
      <${Loaded} state=${state}>${(stats) => html`<${Charts} stats=${stats} />`}</${Loaded}>
    </${Panel}>`;
}

function Charts({ stats }) {
  const times = stats.steps.map((one) => Math.round(new Date(one.at) / 1000));
  const of = (field) => stats.steps.map((one) => one[field]);
  return html`
    <div class="stack">
      <div class="grid charts">
        <${TimeChart} label="Leases granted"
            hint="Goes with the work. None while programs start means that they get no secrets."
            times=${times}
            series=${[{ label: 'granted', values: of('leases_granted'), color: 'accent', bars: true }]} />
        <${TimeChart} label="Leases that live"
            hint="Rises and falls with what runs. If it only rises, programs do not end their runs."
            times=${times}
            series=${[{ label: 'live', values: of('leases_live'), color: 'good', fill: true }]} />
        <${TimeChart} label="Holders still to move"
            hint="Good: down to 0 after each rotation. Flat above 0: somebody does not take the new value."
            times=${times}
            series=${[{ label: 'pending', values: of('holders_pending'), color: 'wait', fill: true }]} />
        <${TimeChart} label="What failed"
            hint="Good: nothing. Each bar is a program that could not take a new value, or a rotation that was given up."
            times=${times} series=${[
          { label: 'could not take a version', values: of('acknowledgements_failed'), color: 'bad', bars: true },
          { label: 'rotations failed', values: of('rotations_failed'), color: 'info' },
        ]} />
      </div>
      ${!stats.complete && html`<p class="small muted">There is more than can be counted at once: only the newest are in these
          charts.</p>`}
    </div>`;
}
