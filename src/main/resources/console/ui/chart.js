// Charts by uPlot, which is loaded when the first one is drawn; the same figures as a table for who cannot see them.
import { html, useEffect, useRef, useState } from '../lib.js';

const HEIGHT = 200;
const DAY_S = 86400;
// Counts are whole.
const WHOLE = [1, 2, 5].flatMap((first) => Array.from({ length: 10 }, (_, power) => first * 10 ** power)).sort((a, b) => a - b);
const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DATE = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
let loading = null;

function uplot() {
  loading ??= (async () => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('../vendor/uplot.css', import.meta.url).href;
    document.head.append(link);
    return (await import('../vendor/uplot.js')).default;
  })();
  return loading;
}

const token = (name) => {
  // light-dark() is resolved by a property that is a colour, not by a custom one.
  const probe = document.createElement('i');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
};

function clockTicks(_, ticks, __, ___, between) {
  return ticks.map((tick) => {
    const at = new Date(tick * 1000);
    return between >= DAY_S || (at.getHours() === 0 && at.getMinutes() === 0) ? DATE.format(at) : CLOCK.format(at);
  });
}

/**
 * Values over time.
 *
 * times   [seconds since 1970]
 * series  [{label, values: [number], color: name of a token such as 'good', bars: true, fill: true}]
 * hint    a sentence on what is good or bad about it
 */
export function TimeChart({ label, hint, times, series, unit = '' }) {
  const place = useRef(null);
  const [asTable, setTable] = useState(false);
  useEffect(() => {
    if (asTable) {
      return undefined;
    }
    let plot;
    let gone = false;
    let watch;
    const draw = async () => {
      const UPlot = await uplot();
      if (gone || !place.current) {
        return; // the page may have gone on while the library came, before it says so here
      }
      plot?.destroy();
      const axis = { stroke: token('muted'), grid: { stroke: token('line'), width: 1 }, ticks: { show: false },
          font: '12px system-ui' };
      plot = new UPlot({
        width: place.current.clientWidth, height: HEIGHT, cursor: { y: false }, legend: { live: false, show: series.length > 1 },
        scales: { y: { range: (_, low, high) => [Math.min(0, low), Math.max(1, high * 1.1)] } },
        axes: [{ ...axis, values: clockTicks },
            { ...axis, size: 44, incrs: WHOLE, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString('en')) }],
        series: [{}, ...series.map((one) => ({
          label: one.label, stroke: token(one.color), width: one.bars ? 0 : 2, points: { show: times.length < 2 },
          fill: one.bars ? token(one.color) : one.fill ? token(one.color + '-soft') : undefined,
          paths: one.bars ? UPlot.paths.bars({ size: [0.7, 40] }) : undefined,
        }))],
      }, [times, ...series.map((one) => one.values)], place.current);
    };
    draw();
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', draw);
    document.addEventListener('themechange', draw);
    watch = new ResizeObserver(([seen]) => plot?.setSize({ width: seen.target.clientWidth, height: HEIGHT }));
    watch.observe(place.current);
    return () => {
      gone = true;
      watch.disconnect();
      theme.removeEventListener('change', draw);
      document.removeEventListener('themechange', draw);
      plot?.destroy();
    };
  }, [JSON.stringify([times, series]), asTable]);
  return html`
    <figure class="stack tight chart">
      <figcaption class="row spread"><span class="label">${label}</span>
        <button type="button" class="link small" onClick=${() => setTable(!asTable)}>${asTable ? 'Show as chart'
            : 'Show as table'}</button></figcaption>
      ${hint && html`<p class="hint">${hint}</p>`}
      ${asTable ? html`
        <div class="scroll" tabindex="0" role="region" aria-label=${label}><table><thead><tr><th
            scope="col">From</th>${series.map((one) =>
                html`<th scope="col" class="right" key=${one.label}>${one.label}</th>`)}</tr></thead>
          <tbody>${times.map((time, i) => html`<tr key=${time}><td>${new Date(time * 1000).toLocaleString('en')}</td>
            ${series.map((one) => html`<td class="right number"
                key=${one.label}>${one.values[i]}${unit}</td>`)}</tr>`)}</tbody></table></div>`
        : html`<div ref=${place} role="img"
            aria-label=${label + ': ' + series.map((one) => one.label + ' last ' + (one.values.at(-1) ?? 0)
                + unit).join(', ')}></div>`}
    </figure>`;
}

/** Counts side by side: of [{label, value, color, href}]. */
export const Bars = ({ label, of }) => {
  const most = Math.max(1, ...of.map((one) => one.value));
  return html`
    <table class="bars"><caption class="sr">${label}</caption><tbody>${of.map((one) => html`
      <tr key=${one.label}><th scope="row">${one.href ? html`<a href=${one.href}>${one.label}</a>` : one.label}</th>
        <td><i style=${{ width: (100 * one.value) / most + '%', background: `var(--${one.color || 'accent'})` }}></i></td>
        <td class="right number">${one.value.toLocaleString('en')}</td></tr>`)}</tbody></table>`;
};
