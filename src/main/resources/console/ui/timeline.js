// What happened, in order; and bars over time.
import { html, useState } from '../lib.js';
import { useEvery } from '../hooks.js';
import { Icon } from './icon.js';

const CLOCK = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hour12: false });
const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });

/** steps: [{at, icon, kind: '', 'good', 'wait', 'bad' or 'info', title, text, ahead: true for what is still to come}]. */
export const TimeLine = ({ steps }) => html`
  <ol class="story">${steps.map((step, i) => html`
    <li key=${i + step.title} class=${'story-step ' + (step.ahead ? 'is-ahead' : step.kind)}>
      <span class="story-mark"><${Icon} name=${step.icon} /></span>
      <div><b class="break">${step.title}</b>${step.text && html`<div class="small muted break">${step.text}</div>`}</div>
      <${Clock} at=${step.at} />
    </li>`)}</ol>`;

/** A time of day; of another day with its date. */
export function Clock({ at }) {
  const when = new Date(at);
  return html`<time class="small muted number nowrap" datetime=${at} title=${when.toLocaleString('en')}>${clock(when)}</time>`;
}

function clock(when) {
  const today = when.toDateString() === new Date().toDateString();
  return (today ? '' : DAY.format(when) + ', ') + CLOCK.format(when);
}

const MARKS = 5;

/**
 * Bars over time, from `from` to `to` (milliseconds), with a line where now is.
 *
 * rows  [{id, name, from, to, ahead: until when it may go on, kind, said: in words for readers, marks: [{at, kind, title}]}]
 */
export function Spans({ label, from, to, rows }) {
  const [, tick] = useState(0);
  useEvery(5000, () => tick((n) => n + 1));
  const place = (at) => Math.min(100, Math.max(0, (100 * (at - from)) / (to - from || 1)));
  const now = Date.now();
  const marks = Array.from({ length: MARKS }, (_, i) => from + ((to - from) * i) / (MARKS - 1));
  return html`
    <div class="spans" role="list" aria-label=${label}>
      ${rows.map((row) => html`
        <div class="span-row" role="listitem" key=${row.id}>
          <span class="span-name" title=${row.name}>${row.name}<span class="sr">: ${row.said}</span></span>
          <span class="span-lane" aria-hidden="true">
            ${row.ahead > row.to && html`<i class="span-ahead"
                style=${{ left: place(row.to) + '%', width: place(row.ahead) - place(row.to) + '%' }}></i>`}
            <i class=${'span-bar ' + row.kind} title=${row.said}
                style=${{ left: place(row.from) + '%', width: place(row.to) - place(row.from) + '%' }}></i>
            ${(row.marks || []).map((mark) => html`<i key=${mark.at + mark.title} class=${'span-mark ' + mark.kind}
                title=${mark.title} style=${{ left: place(mark.at) + '%' }}></i>`)}
            ${now > from && now < to && html`<i class="span-now" style=${{ left: place(now) + '%' }}></i>`}
          </span>
        </div>`)}
      <div class="span-row is-axis" aria-hidden="true"><span class="span-name"></span><span class="span-lane">
          ${marks.map((at, i) => html`
        <span key=${i} class="span-tick number" style=${{ left: place(at) + '%' }}>${clock(new Date(at))}</span>`)}</span></div>
    </div>`;
}
