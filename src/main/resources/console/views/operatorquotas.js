// What a tenant may have, and has.
import { html, useState } from '../lib.js';
import { get, put, seg } from '../api.js';
import { useAction, useLoad } from '../hooks.js';
import { isOperator } from '../session.js';
import { Badge, Button, Loaded, Panel, ProblemNote } from '../ui/basic.js';
import { faultOf, Text } from '../ui/field.js';
import { Table } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { WhatIs } from '../ui/whatis.js';

const BUDGETS = [
  ['secrets', 'Secrets'], ['versions', 'Versions, those in the trash too'], ['bytes', 'Bytes of these versions'], ['leases',
      'Leases live at a time'], ['runs', 'Runs open at a time'],
  ['streams', 'Event streams at a time'], ['requests_per_second', 'Requests a second'], ['lease_seconds',
      'Seconds that a lease can be held'],
  ['project_leases', 'Leases of one project'], ['project_runs', 'Runs of one project'],
];

export function Quotas({ tenant }) {
  const state = useLoad((signal) => get(`/tenants/${seg(tenant)}/quotas`, {}, { signal }), [tenant]);
  const [changing, change] = useState(false);
  const button = isOperator() && state.data && !changing && html`<${Button}
      onClick=${() => change(true)}>Change limits</${Button}>`;
  return html`
    <div class="stack">
    <${WhatIs} what="a limit">
      <p>How much the tenant may have at a time. At a limit nothing that is there stops: what would go beyond it is refused, with
        the problem <code>over_budget</code>, until something ends or the limit is raised.${isOperator() ? ''
          : ' Operators of this installation raise it.'}</p></${WhatIs}>
    <${Panel} flush=${!changing} title="Limits and use" actions=${button}>
      <${Loaded} state=${state}>${(quotas) => (changing
        ? html`<${Change} tenant=${tenant} quotas=${quotas} onDone=${() => { change(false); state.reload(); }}
            onCancel=${() => change(false)} />`
        : html`<${Table} label="Limits and use" columns=${COLUMNS} id=${(one) => one.word}
            items=${BUDGETS.filter(([word]) => quotas.limits[word] !== undefined)
          .map(([word, title]) => ({ word, title, limit: quotas.limits[word], own: quotas.set[word] !== undefined,
            used: quotas.used[word] }))} />`)}
      </${Loaded}>
    </${Panel}>
    </div>`;
}

const FULL = 90;
const UNITS = [['GiB', 2 ** 30], ['MiB', 2 ** 20], ['KiB', 2 ** 10]];

/** A number of this budget as people read it. */
function shown(word, number) {
  const [unit, many] = (word === 'bytes' && UNITS.find(([, least]) => number >= least)) || ['', 1];
  return (number / many).toLocaleString('en', { maximumFractionDigits: 1 }) + (unit && ' ' + unit);
}

function Use({ one }) {
  const share = one.limit ? Math.min(100, (100 * one.used) / one.limit) : 100;
  return html`
    <div class="use"><div class="meter" role="meter" aria-label=${'Use of ' + one.title} aria-valuemin="0"
        aria-valuemax=${one.limit} aria-valuenow=${one.used}>
      <i class=${share >= FULL ? 'is-full' : ''} style=${{ width: share + '%' }}></i></div>
      <span class="number small">${shown(one.word, one.used)} ${share >= FULL && html`<${Badge}
          kind="bad">nearly full</${Badge}>`}</span></div>`;
}

const COLUMNS = [
  { title: 'What', cell: (one) => one.title },
  { title: 'In use', cell: (one) => (one.used === undefined ? html`<span class="muted">not counted here</span>` : html`<${Use}
      one=${one} />`) },
  { title: 'Limit', right: true, cell: (one) => shown(one.word, one.limit) },
  { title: 'Set', cell: (one) => (one.own ? html`<${Badge} kind="accent">for this tenant</${Badge}>` : html`<span
      class="muted">as for all</span>`) },
];

function Change({ tenant, quotas: now, onDone, onCancel }) {
  const [quotas] = useState(now); // as they were when changing began, so that what others change meanwhile is not undone
  const [texts, write] = useState(Object.fromEntries(BUDGETS.map(([word]) => [word, quotas.set[word] === undefined ? ''
      : String(quotas.set[word])])));
  const wrong = (word) => (texts[word] && !/^\d{1,15}$/.test(texts[word]) ? 'A whole number.' : undefined);
  const saving = useAction(async () => {
    await put(`/tenants/${seg(tenant)}/quotas`,
        Object.fromEntries(BUDGETS.filter(([word]) => texts[word] !== '').map(([word]) => [word, Number(texts[word])])),
        { headers: { 'If-Match': quotas.etag } });
    toast('The limits are set; they hold on every node within 5 seconds.');
    onDone();
  });
  const submit = (event) => {
    event.preventDefault();
    if (!BUDGETS.some(([word]) => wrong(word))) {
      saving.run();
    }
  };
  return html`
    <form class="stack" onSubmit=${submit} novalidate>
      <p class="muted">What is left empty is as configured for all.</p>
      <div class="grid">${BUDGETS.map(([word, title]) => html`<${Text} key=${word} label=${title} inputmode="numeric"
          value=${texts[word]} maxlength="15"
        onValue=${(text) => write({ ...texts, [word]: text.trim() })} placeholder=${quotas.set[word] === undefined
            ? quotas.limits[word]?.toLocaleString('en') : ''} fault=${wrong(word) || faultOf(saving.problem,
                '/' + word)} />`)}</div>
      <${ProblemNote} problem=${saving.problem} atFields=${BUDGETS.map(([word]) => '/' + word)} />
      <div class="row"><${Button} type="submit" kind="primary" busy=${saving.busy}>Save</${Button}><${Button}
          onClick=${onCancel}>Cancel</${Button}></div>
    </form>`;
}
