// The chain of the audit trail: how far it is sealed, its checkpoints, taking it along and checking it.
import { html, useRef, useState } from '../lib.js';
import { get } from '../api.js';
import { useAction, useEvery, useLoad, usePages } from '../hooks.js';
import { caller, mayInTenant } from '../session.js';
import { Button, Code, Empty, Figure, Loaded, Panel, ProblemNote, Time } from '../ui/basic.js';
import { download } from '../ui/download.js';
import { Paged } from '../ui/table.js';

const LOOK_MS = 10_000;
const LOOKED_AT = 100;
const PAGE = 500;

export function Chain() {
  return html`
    <div class="stack">
      <${State} />
      <${Export} />
      <${Verify} />
      <${Checkpoints} />
    </div>`;
}

function State() {
  const state = useLoad((signal) => get('/audit', { page_size: LOOKED_AT }, { signal }).then((page) => page.records), []);
  useEvery(LOOK_MS, state.reload);
  return html`
    <${Panel} title="How far it is sealed"><${Loaded} state=${state}>${(records) => {
      const last = records.find((one) => one.sequence !== undefined);
      const waiting = records.filter((one) => one.sequence === undefined).length;
      return last ? html`
        <div class="grid">
          <${Figure} value=${last.sequence.toLocaleString('en')} label="records in the chain" />
          <${Figure} value=${waiting === LOOKED_AT ? LOOKED_AT + '+' : waiting} label="waiting to be sealed" />
          <${Figure} value=${html`<${Time} at=${last.at} />`} label="made, the last one sealed" />
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
    return html`<${Panel} title="Take it along"><p
        class="muted">The whole chain can be taken along by who may read the audit trail of the whole organization.</p></${Panel}>`;
  }
  return html`
    <${Panel} title="Take it along">
      <div class="stack tight">
        <p>The whole sealed chain as lines of JSON, with its checkpoints and the public keys to check them. There is no value of a secret in it.</p>
        <div class="row"><${Button} kind="primary" icon="down" busy=${exporting.busy} onClick=${exporting.run}>Export</${Button}
          ><span role="status">${exporting.busy ? (bytes ? size(bytes) + ' so far' : 'Under way') : done}</span></div>
        <${ProblemNote} problem=${exporting.problem} retry=${exporting.run} />
      </div>
    </${Panel}>`;
}

const Verify = () => html`
  <${Panel} title="Check it yourself">
    <div class="stack tight">
      <p>The check needs the exported file and no broker, so that you need not trust the one who keeps the trail. It finds records that were changed, taken out or put in between.</p>
      <${Code} label="How to check an export" text="hushbus audit verify --file audit.jsonl" />
      <p>Who could change the database and its keys could make another chain as well. To find that too, keep the public key, and the file of checkpoints that the broker can write, somewhere else, and check against them:</p>
      <${Code} label="How to check against what was kept apart"
          text="hushbus audit verify --file audit.jsonl --public-key KEY --checkpoints FILE" />
    </div>
  </${Panel}>`;

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
