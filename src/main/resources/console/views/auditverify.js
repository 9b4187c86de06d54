// Verifying the chain here, in the browser: from the export alone, as anybody can who has one.
import { html, useEffect, useRef, useState } from '../lib.js';
import { Problem, stream } from '../api.js';
import { useAction } from '../hooks.js';
import { href } from '../router.js';
import { caller, mayInTenant } from '../session.js';
import { Button, Code, duration, Facts, Note, Panel, plural, ProblemNote } from '../ui/basic.js';
import { Field, Text } from '../ui/field.js';
import { usePeople, Who } from '../ui/people.js';
import { base64url } from './auditlines.js';
import { verify } from './auditverifier.js';
import { actionTitle, findingWords, thing } from './auditwords.js';

const TOLD_MS = 250;
const KEY_BYTES = 32;
const FULL = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const many = (number) => number.toLocaleString('en');

/** The pieces of an answer as text; where they are no text, the broker did not write them. */
async function* textOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream('utf-8', { fatal: true, ignoreBOM: true })).getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      yield piece.value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

const brokeOff = (seen) => new Problem(0, {
  title: 'The chain could not be read to its end',
  detail: seen ? `Up to record ${many(seen)} nothing is wrong. Verify again.` : 'Verify again.',
});

/** A raw public key as it is typed; null if it is none. */
function keyOf(text) {
  try {
    const bytes = base64url(text.trim());
    return bytes.length === KEY_BYTES ? bytes : null;
  } catch {
    return null;
  }
}

/** known: how many records the chain has, as far as was seen; undefined if nothing is known. */
export function Verify({ known }) {
  const [at, tell] = useState(null);
  const [result, show] = useState(null);
  const [key, setKey] = useState('');
  const beside = useRef(null);
  const running = useRef(null);
  useEffect(() => () => running.current?.abort(), []);
  const wrongKey = key.trim() && !keyOf(key) ? 'A public key is 43 letters, digits, - and _.' : undefined;
  const verifying = useAction(async () => {
    show(null);
    tell({ sequence: 0 });
    const control = new AbortController();
    running.current = control;
    const began = performance.now();
    let told = 0;
    let seen = 0;
    try {
      const file = beside.current?.files[0];
      const response = await stream('/audit/export', {}, control.signal);
      const found = await verify(textOf(response), {
        pinned: key.trim() ? [keyOf(key)] : [], beside: file ? await file.text() : '', tenant: caller().tenant.id,
        signal: control.signal,
        onProgress: (last) => {
          seen = last.sequence;
          if (performance.now() - told > TOLD_MS) {
            told = performance.now();
            tell({ ...last });
          }
        },
      });
      show({ ...found, seconds: (performance.now() - began) / 1000, pinned: !!key.trim(), beside: !!file });
    } catch (problem) {
      if (!control.signal.aborted) {
        throw problem instanceof Problem ? problem : brokeOff(seen);
      }
    } finally {
      control.abort();
      tell(null);
    }
  });
  if (!mayInTenant('audit_read')) {
    return html`<${Panel} title="Verify"><p class="muted">A chain cannot be verified in parts: who may read the audit trail of the
      whole organization can verify it here.</p></${Panel}>`;
  }
  if (!globalThis.crypto?.subtle) {
    return html`<${Panel} title="Verify"><${Note} kind="wait" title="Not by plain http">A browser computes this only for a page
      that came by https. Export the chain, and verify it with <code>hushbus audit verify</code>.</${Note}></${Panel}>`;
  }
  const button = verifying.busy ? html`<${Button} onClick=${() => running.current?.abort()}>Cancel</${Button}>`
    : html`<${Button} kind="primary" icon="check" onClick=${() => !wrongKey && verifying.run()}>Verify the chain</${Button}>`;
  return html`
    <${Panel} title="Verify" actions=${button}>
      <div class="stack">
        <p>Reads the whole chain and computes it again, here in your browser: the hash of each record over the one before it, and
          the signature of each checkpoint. It finds records that were changed, taken out, moved or put in between.</p>
        ${verifying.busy && html`<${Progress} at=${at} known=${known} />`}
        <div role="status" class="stack">${result && html`<${Outcome} result=${result} />`}</div>
        <${ProblemNote} problem=${verifying.problem} retry=${verifying.run} />
        <${Apart} value=${key} onValue=${setKey} fault=${wrongKey} file=${beside} busy=${verifying.busy} />
      </div>
    </${Panel}>`;
}

function Progress({ at, known }) {
  const done = at?.sequence || 0;
  const share = known ? Math.min(100, Math.floor((100 * done) / known)) : 0;
  const text = known ? `${many(done)} of ${many(Math.max(known, done))} records` : `${many(done)} records`;
  return html`
    <div class="stack tight big-meter">
      <div class="meter" role="progressbar" aria-label="Verified" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${share}
        aria-valuetext=${text}><i style=${{ width: share + '%' }}></i></div>
      <span class="small number muted">${text}</span>
    </div>`;
}

function Outcome({ result }) {
  const { records, covered, checkpoints, from, to, signatures, finding, seconds } = result;
  if (finding) {
    return html`<${Broken} finding=${finding} />`;
  }
  if (records === 0) {
    return html`<${Note} title="Nothing is sealed yet">There is no record to verify.</${Note}>`;
  }
  const rest = records - covered;
  return html`
    <${Note} kind=${signatures ? 'good' : 'wait'} title=${`Whole until record ${many(records)}`}>
      <div class="stack tight">
        <p>All ${plural(records, 'record')}, from ${FULL.format(from)} to ${FULL.format(to)}, ${records === 1 ? 'is' : 'are'} as
          sealed: none was changed, taken out, moved or put in between.</p>
        ${signatures
          ? html`<p>${covered === 0 ? 'No checkpoint is signed yet; the next one will vouch for them.'
            : `${plural(checkpoints, 'signed checkpoint')} ${checkpoints === 1 ? 'vouches' : 'vouch'} for the records up to ${
              many(covered)}${rest > 0 ? `; the next one will for the ${many(rest)} after it` : ''}.`}</p>`
          : html`<p><b>The signatures of the checkpoints were not checked</b>: this browser does not know Ed25519. Use
            a newer one, or the command below.</p>`}
        <p class="small muted">${signatures && `Checked against the public key that ${result.pinned ? 'you gave'
          : 'the broker itself names'}${result.beside ? ' and your file of checkpoints' : ''}. `}
          It took ${seconds < 10 ? seconds.toFixed(1) + ' s' : duration(seconds)}.</p>
      </div>
    </${Note}>`;
}

function Broken({ finding }) {
  const people = usePeople();
  const [title, meaning] = findingWords(finding);
  const { sequence, record, after, before } = finding;
  const good = before?.sequence ?? 0;
  const shown = record || after;
  return html`
    <${Note} kind="bad" title=${sequence ? `Broken at record ${many(sequence)}` : 'Not to be verified'}>
      <div class="stack">
        <p><b>${title}.</b> ${meaning}</p>
        ${shown && html`<div class="stack tight"><b>${record ? 'What it says now'
            : `What stands in its place: record ${many(after.sequence)}`}</b>
          <${Facts} of=${factsOf(shown, people)} /></div>`}
        <p>${good > 0 ? `Before that, the records up to ${many(good)} are as sealed${before.at
            ? `, the last of ${FULL.format(before.at)}` : ''}.`
          : 'No record before it could be verified.'} What follows was not looked at.</p>
        <p>Repair nothing. Export the chain and keep it, with a backup of the database as it is now; compare with an older export
          or backup to see what was there.
          ${shown?.resource && html` <a href=${href(['audit', 'records'], { project: '', resource: shown.resource })}>All records
              about
          the same thing</a>`}</p>
      </div>
    </${Note}>`;
}

const factsOf = (one, people) => [
  ['When', FULL.format(one.at)],
  ['Who', html`<${Who} is=${one.principal} people=${people} />`],
  ['What', html`${actionTitle(one.action)} <code class="small">${one.action}</code>`],
  ['About', thing({ resource_kind: one.kind, resource_name: one.name, resource_id: one.resource, version: one.version })],
  ['Outcome', one.outcome],
  ['From', one.source],
];

const Apart = ({ value, onValue, fault, file, busy }) => html`
  <details class="what-is"><summary>Whom one has to trust, and how to trust less</summary>
    <div class="stack">
      <p>This page and the public key both come from the broker. Who could change the database <em>and</em> the broker’s keys
          could make another chain that fits itself. To find that too, keep the public key, and the file of checkpoints that the
          broker can
        write, somewhere else, and check against them here:</p>
      <div class="grid two">
        <${Text} label="Public key kept apart (optional)" value=${value} onValue=${onValue} fault=${fault} class="mono"
            maxlength="64"
          autocomplete="off" spellcheck=${false} disabled=${busy} hint="As the header of an earlier export has it." />
        <${Field} label="File of checkpoints kept apart (optional)" hint="It stays here; it is not sent.">${(tied) => html`<input
          type="file" ref=${file} disabled=${busy} ...${tied} />`}</${Field}>
      </div>
      <p>Or with no broker and no page of it at all, on the exported file:</p>
      <${Code} label="How to check an export" text="hushbus audit verify --file audit.jsonl" />
      <${Code} label="How to check against what was kept apart"
        text="hushbus audit verify --file audit.jsonl --public-key KEY --checkpoints FILE" />
    </div>
  </details>`;
