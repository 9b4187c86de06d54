// The versions of a secret: which one is current, which are still held, and what can be done to old ones.
import { html, useState } from '../lib.js';
import { post, scopeQuery, seg } from '../api.js';
import { useAction, useEvents, usePages } from '../hooks.js';
import { useMay } from '../scope.js';
import { Badge, Button, Empty, Panel, Time } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { Who } from '../ui/people.js';
import { Refused } from './secretrefused.js';
import { useProject } from './secretparts.js';
import { mayReveal, Reveal } from './secretreveal.js';

const STATES = {
  pending: ['wait', 'Prepared'], current: ['good', 'Current'], previous: ['wait', 'Still valid'], retired: ['', 'Retired'],
    destroyed: ['', 'Destroyed'],
};

export function Versions({ secret, people, reload }) {
  const may = useMay();
  const project = useProject();
  const pages = usePages(`/secrets/${seg(secret.name)}/versions`, scopeQuery(secret), 'versions');
  const [chosen, choose] = useState(null);
  useEvents(['secret', 'rotation'], pages.reload);
  const close = () => choose(null);
  const done = () => {
    close();
    pages.reload();
    reload();
  };
  const old = (one) => ['previous', 'retired'].includes(one.state);
  const columns = [
    { title: 'Version', cell: (one) => html`<b class="number">${one.version}</b>` },
    { title: 'State', cell: (one) => html`<div class="stack tight"><div><${Badge} kind=${STATES[one.state][0]}>
      ${STATES[one.state][1]}</${Badge}></div>
        ${one.state === 'previous' && one.valid_until
          && html`<span class="small muted">ends <${Time} at=${one.valid_until} /> at the latest</span>`}</div>` },
    { title: 'Written', cell: (one) => html`<span><${Time} at=${one.created_at} /> by <${Who} people=${people}
      is=${one.created_by} /></span>` },
    secret.type === 'key_value' && { title: 'Keys',
      cell: (one) => html`<span class="small break">${one.keys.join(', ')}</span>` },
    { title: '', right: true, cell: (one) => html`<div class="row end">
        ${mayReveal(may, project) && one.state !== 'destroyed' && one.state !== 'pending'
          && html`<${Button} onClick=${() => choose({ what: 'show', one })}>Show</${Button}>`}
        ${old(one) && may('secret_change') && html`<${Button} onClick=${() => choose({ what: 'restore',
          one })}>Make current</${Button}>`}
        ${old(one) && may('secret_destroy') && html`<${Button} kind="danger" onClick=${() => choose({ what: 'destroy',
          one })}>Destroy</${Button}>`}</div>` },
  ].filter(Boolean);
  return html`
    <${Panel} flush><${Paged} pages=${pages} label="Versions" id=${(one) => one.version} columns=${columns}
      empty=${html`<${Empty} title="No versions" />`} /></${Panel}>
    ${chosen?.what === 'restore' && html`<${Restore} secret=${secret} version=${chosen.one.version} onClose=${close}
      onDone=${done} />`}
    ${chosen?.what === 'destroy' && html`<${Destroy} secret=${secret} version=${chosen.one.version} onClose=${close}
      onDone=${done} />`}
    ${chosen?.what === 'show' && html`<${Reveal} secret=${secret} version=${chosen.one.version} onClose=${close} />`}`;
}

function Restore({ secret: now, version, onClose, onDone }) {
  const [secret] = useState(now);
  const restoring = useAction(async () => {
    const { data } = await post(`/secrets/${seg(secret.name)}/versions/${version}/restore`, {}, { query: scopeQuery(secret),
      headers: { 'If-Match': `"${secret.current_version}"` } });
    toast(`Version ${version} is current again, as version ${data.current_version}.`);
    onDone();
  });
  return html`
    <${FormDialog} title=${`Make version ${version} current again`} action="Make current" onClose=${onClose}
      onSubmit=${restoring.run} busy=${restoring.busy}>
      <p>Its value becomes a new version, ${secret.current_version + 1} or later. Whoever holds
          version ${secret.current_version} is told, as in any rotation, and that one ends when all have moved.</p>
      <${Refused} problem=${restoring.problem} secret=${secret} />
    </${FormDialog}>`;
}

function Destroy({ secret, version, onClose, onDone }) {
  const destroying = useAction(async () => {
    await post(`/secrets/${seg(secret.name)}/versions/${version}/destroy`, {}, { query: scopeQuery(secret), once: false });
    toast(`Version ${version} of ${secret.name} is destroyed.`);
    onDone();
  });
  return html`
    <${Confirm} title=${`Destroy version ${version}`} action="Destroy" onClose=${onClose} onConfirm=${destroying.run}
      busy=${destroying.busy}>
      <p>Its value is gone for good and can be restored from nowhere. Who wrote it and when stays known. While a program holds it
          this is refused.</p>
      <${Refused} problem=${destroying.problem} secret=${secret} />
    </${Confirm}>`;
}
