// The small parts that everything is made of.
import { html, useEffect, useRef, useState } from '../lib.js';
import { useEvery } from '../hooks.js';
import { Icon } from './icon.js';

export { Tabs } from './tabs.js';

const COPIED_MS = 1500;

/** kind: '', 'primary', 'plain', 'danger', 'danger primary'. While busy it does nothing. */
export function Button({ kind = '', icon, busy, children, onClick, type = 'button', ...rest }) {
  return html`
    <button type=${type} class=${kind} aria-disabled=${busy ? 'true' : undefined} aria-busy=${busy ? 'true' : undefined}
            onClick=${busy ? (event) => event.preventDefault() : onClick} ...${rest}>
      ${busy ? html`<span class="spin" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} />`}
      ${children}
    </button>`;
}

export const IconButton = ({ icon, label, kind = 'plain', ...rest }) => html`
  <button type="button" class=${kind + ' icon-only'} aria-label=${label} title=${label} ...${rest}><${Icon}
      name=${icon} /></button>`;

/** kind: '', 'good', 'wait', 'bad', 'info', 'accent'. */
export const Badge = ({ kind = '', children }) => html`<span class=${'badge ' + kind}>${children}</span>`;

export const Tag = ({ children }) => html`<span class="tag">${children}</span>`;

/** kind: '', 'good', 'wait', 'bad'. */
export const Note = ({ kind = '', title, children, role }) => html`
  <div class=${'note ' + kind} role=${role}>
    <${Icon} name=${kind === 'bad' || kind === 'wait' ? 'warning' : kind === 'good' ? 'check' : 'info'} />
    <div class="stack tight grow">${title && html`<b>${title}</b>`}<div class="break">${children}</div></div>
  </div>`;

const HELP = {
  unreachable: 'Check the network; what is shown may be old.',
  overloaded: 'Wait a moment and try again.',
};

/**
 * A problem as the broker tells it: what, what to do, and the id to ask for in its log.
 * atFields: where faults are told beside their field and not here, as pointers or what they begin with.
 */
export function ProblemNote({ problem, retry, atFields = [] }) {
  if (!problem) {
    return null;
  }
  if (problem.status === 412) {
    return html`<${Note} kind="wait" title="Somebody changed it meanwhile" role="alert">
      Nothing was saved, and nothing of theirs was overwritten. Close this, look at what it is now, and do it again if it
      still makes sense.</${Note}>`;
  }
  const atNone = (field) => !atFields.some((one) => (field.pointer || '').startsWith(one));
  const lines = (problem.fields || []).filter(atNone)
    .map((field) => [field.pointer || field.field, field.detail || field.code].filter(Boolean).join(': '));
  return html`
    <${Note} kind=${problem.isPassing ? 'wait' : 'bad'} title=${problem.message} role="alert">
      <div class="stack tight">
        ${(problem.detail || HELP[problem.code]) && html`<p>${problem.detail || HELP[problem.code]}</p>`}
        ${lines.length > 0 && html`<ul>${lines.map((line) => html`<li key=${line}><code>${line}</code></li>`)}</ul>`}
        ${problem.isRefusal && html`<p>Your roles do not allow this, or do no longer. Somebody with the role admin can change that
            under Access.</p>`}
        ${problem.requestId && html`<p class="small muted">Request <code>${problem.requestId}</code></p>`}
        ${retry && html`<div><${Button} onClick=${retry}>Try again</${Button}></div>`}
      </div>
    </${Note}>`;
}

/** Where there is nothing yet: why, and what to do about it. */
export const Empty = ({ icon = 'info', title, heading = 'h2', children, action }) => html`
  <div class="empty"><${Icon} name=${icon} /><${heading} class="empty-title">${title}</${heading}>${children
      && html`<p>${children}</p>`}${action}</div>`;

export const Loading = ({ what = 'Loading' }) => html`
  <div class="empty" role="status"><span class="spin" aria-hidden="true"></span><span>${what}…</span></div>`;

/** What was loaded by useLoad, or that it is on its way, or why it is not there. */
export function Loaded({ state, children }) {
  if (state.data === undefined) {
    return state.problem ? html`<${ProblemNote} problem=${state.problem} retry=${state.reload} />` : html`<${Loading} />`;
  }
  return html`${state.problem && html`<${ProblemNote} problem=${state.problem} retry=${state.reload} />`}${children(state.data)}`;
}

export const Panel = ({ title, actions, flush, children, ...rest }) => html`
  <section class=${'panel' + (flush ? ' flush' : '')} ...${rest}>
    ${(title || actions) && html`<header><h2>${title}</h2><div class="row">${actions}</div></header>`}
    ${children}
  </section>`;

/** The head of a page. crumbs: [[text, address]]. */
export const PageHead = ({ title, crumbs, badges, actions, children }) => html`
  <div class="page-head">
    <div class="grow">
      ${crumbs && html`<nav class="crumbs"
          aria-label="Breadcrumb">${crumbs.map(([text, to]) => html`<a key=${to} href=${to}>${text}</a> / `)}</nav>`}
      <div class="row"><h1 tabindex="-1">${title}</h1>${badges}</div>
      ${children && html`<p class="muted">${children}</p>`}
    </div>
    <div class="row">${actions}</div>
  </div>`;

/** Names and values: [[name, value]]; those without a value are left out. */
export const Facts = ({ of }) => html`
  <dl class="facts">${of.filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => html`<dt key=${name}>${name}</dt><dd>${value}</dd>`)}</dl>`;

/** hint: a sentence on what is good or bad about it. */
export const Figure = ({ value, label, href, hint }) => html`
  <div class="figure"><b>${value}</b><span>${href ? html`<a href=${href}>${label}</a>` : label}</span>
    ${hint && html`<span class="figure-hint">${hint}</span>`}</div>`;

const STEPS = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const FULL = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** A time from now in words: "3 days ago", "in 2 hours". */
export function relative(time, now = Date.now()) {
  const seconds = Math.round((new Date(time) - now) / 1000);
  const [unit, size] = STEPS.find(([, many]) => Math.abs(seconds) >= many) || STEPS[STEPS.length - 1];
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}

/** A time: in words, in full where one points at it. */
export const Time = ({ at }) => (at ? html`<time datetime=${at} title=${FULL.format(new Date(at))}>${relative(at)}</time>` : '–');

/** Time that is left, counting down: "4 min 12 s". */
export function Countdown({ to, over = 'over' }) {
  const [, tick] = useState(0);
  useEvery(1000, () => tick((n) => n + 1));
  const left = Math.floor((new Date(to) - Date.now()) / 1000);
  return html`<time datetime=${to} class="number" title=${FULL.format(new Date(to))}>${left <= 0 ? over : duration(left)}</time>`;
}

/** Seconds in words: "2 d 3 h", "4 min 12 s". */
export function duration(seconds) {
  const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = parts.findIndex(([, size]) => seconds >= size);
  if (first < 0) {
    return '0 s';
  }
  let left = Math.floor(seconds);
  return parts.slice(first, first + 2).map(([unit, size]) => {
    const many = Math.floor(left / size);
    left -= many * size;
    return many ? many + ' ' + unit : '';
  }).filter(Boolean).join(' ');
}

export const plural = (count, one, many = one + 's') => count.toLocaleString('en') + ' ' + (count === 1 ? one : many);

/** Copies a text that is no secret, or a key that is shown once. */
export function Copy({ text, label = 'Copy' }) {
  const [copied, set] = useState(false);
  const timer = useRef(null);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
    set(true);
    timer.current = setTimeout(() => set(false), COPIED_MS);
  };
  return html`<${Button} icon=${copied ? 'check' : 'copy'} onClick=${copy}>
    <span aria-live="polite">${copied ? 'Copied' : label}</span></${Button}>`;
}

/** wraps: for sentences, whose lines may be broken anywhere. */
export const Code = ({ text, label, wraps }) => html`
  <div class=${'code' + (wraps ? ' wraps' : '')}><pre tabindex="0" aria-label=${label}><code>${text}</code></pre><${Copy}
      text=${text} /></div>`;

/** A scope in words. */
export const scopeText = (scope) =>
  [scope?.project, scope?.domain].filter(Boolean).join(' / ') || 'organization';
