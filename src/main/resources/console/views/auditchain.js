// The chain of the audit trail: how far it is sealed, verifying it, taking it along, its checkpoints.
import { html, useRef, useState } from '../lib.js';
import { get } from '../api.js';
import { useAction, useEvery, useLoad, usePages } from '../hooks.js';
import { caller, mayInTenant } from '../session.js';
import { Button, Empty, Figure, Loaded, Panel, ProblemNote, Time } from '../ui/basic.js';
import { download } from '../ui/download.js';
import { Paged } from '../ui/table.js';
import { WhatIs } from '../ui/whatis.js';
import { Verify } from './auditverify.js';

const LOOK_MS = 10_000;
const LOOKED_AT = 100;
const PAGE = 500;

export function Chain() {
  const state = useLoad((signal) => (mayInTenant('audit_read')
    ? get('/audit', { page_size: LOOKED_AT }, { signal }).then((page) => page.records) : Promise.resolve(null)), []);
  useEvery(LOOK_MS, state.reload);
  const last = state.data?.find((one) => one.sequence !== undefined);
  return html`
    <div class="stack">
      <${WhatIs} what="a chain of records">
        <p>Each record is sealed by a hash that is made of it and of the hash before it, so that the newest hash stands for all
          records: who changes or takes out one of them changes every hash after it. From time to time the broker signs the newest
          hash: a checkpoint. Verifying computes all of it again.</p></${WhatIs}>
      ${state.data !== null && html`<${State} state=${state} last=${last} />`}
      <${Verify} known=${last?.sequence} />
      <${Export} />
      ${mayInTenant('audit_read') && html`<${Checkpoints} />`}
    </div>`;
}

function State({ state, last }) {
  return html`
    <${Panel} title="How far it is sealed"><${Loaded} state=${state}>${(records) => {
      const waiting = records.filter((one) => one.sequence === undefined).length;
      return last ? html`
        <div class="grid">
          <${Figure} value=${last.sequence.toLocaleString('en')} label="records in the chain" />
          <${Figure} value=${waiting === LOOKED_AT ? LOOKED_AT + '+' : waiting}
              label="waiting to be sealed, for a second or so" />
          <${Figure} value=${html`<${Time} at=${last.at} />`} label="was the last sealed one" />
        </div>
        <p class="small muted break">Its hash stands for everything before it: <code>${last.hash}</code></p>` : html`<p
            class="muted">Nothing is sealed yet; that takes a few seconds.</p>`;
    }}</${Loaded}></${Panel}>`;
}

const size = (bytes) => (bytes < 1e6 ? Math.ceil(bytes / 1000).toLocaleString('en') + ' kB' : (bytes / 1e6).toFixed(1) + ' MB');

function Export() {
  const [bytes, count] = useState(0);
  const [done, finish] = useState('');
  const shown = useRef(0);
  const name = `audit-${caller().tenant.name}-${new Date().toISOString().slice(0, 10)}.jsonl`;
  const exporting = useAction(async () => {
    finish('');
    count(0);
    shown.current = 0;
    const told = (now) => now - shown.current > 100_000 && count(shown.current = now);
    const all = await download({ path: '/audit/export', name, type: 'application/x-ndjson', onBytes: told });
    finish(all === undefined ? '' : `${size(all)} are in ${name}.`);
  });
  if (!mayInTenant('audit_read')) {
    return null;
  }
  return html`
    <${Panel} title="Take it along">
      <div class="stack tight">
        <p>The whole sealed chain as lines of JSON, with its checkpoints and the public keys to check them. There is no value of a
          secret in it.</p>
        <div class="row"><${Button} kind="primary" icon="down" busy=${exporting.busy} onClick=${exporting.run}>Export</${Button}
          ><span role="status">${exporting.busy ? (bytes ? size(bytes) + ' so far' : 'Under way') : done}</span></div>
        <${ProblemNote} problem=${exporting.problem} retry=${exporting.run} />
      </div>
    </${Panel}>`;
}

const COLUMNS = [
  { title: 'Up to record', cell: (one) => html`<b class="number">${one.sequence.toLocaleString('en')}</b>` },
  { title: 'Signed', cell: (one) => html`<${Time} at=${one.at} />` },
  { title: 'Hash', cell: (one) => html`<code class="break small">${one.hash}</code>` },
  { title: 'By key', cell: (one) => html`<code class="break small">${one.key_id}</code>` },
  { title: 'Secrets then', right: true, cell: (one) => one.inventory?.secrets ?? '–' },
];

function Checkpoints() {
  const pages = usePages('/audit/checkpoints', {}, 'checkpoints', PAGE);
  return html`
    <${Panel} flush title="Checkpoints">
      <${Paged} pages=${pages} label="Checkpoints" id=${(one) => one.sequence} columns=${COLUMNS}
        empty=${html`<${Empty} icon="audit" heading="h3"
            title="No checkpoint yet">The broker signs one from time to time while things happen.</${Empty}>`} />
    </${Panel}>`;
}
