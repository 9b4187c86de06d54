// What was deleted in a scope: restored with all its versions, or destroyed before its time.
import { html, useState } from '../lib.js';
import { post, scopeQuery, seg } from '../api.js';
import { useAction, useEvents, usePages } from '../hooks.js';
import { useMay, useScope } from '../scope.js';
import { Button, Empty, Panel, Time, relative } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { faultAt } from '../ui/editor.js';
import { NameField, isName } from '../ui/name.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { ListHead, Type, scopeName, secretHref } from './secretparts.js';
import { Refused } from './secretrefused.js';

export function Trash() {
  const scope = useScope();
  const may = useMay();
  const pages = usePages('/secrets', { ...scope, deleted: true }, 'secrets');
  const [dialog, open] = useState(null);
  useEvents(['secret'], pages.reload);
  const close = () => open(null);
  const done = () => {
    close();
    pages.reload();
  };
  const columns = [
    { title: 'Name', cell: (one) => html`<b class="break">${one.name}</b>` },
    { title: 'Type', cell: (one) => html`<${Type} type=${one.type} />` },
    { title: 'Version', right: true, cell: (one) => one.current_version },
    { title: 'Deleted', cell: (one) => html`<${Time} at=${one.deleted_at} />` },
    { title: 'Kept until', cell: (one) => html`<${KeptUntil} at=${one.kept_until} />` },
    { title: '', right: true, cell: (one) => html`<div class="row end">
        ${may('secret_restore') && html`<${Button} onClick=${() => open({ restore: one })}>Restore</${Button}>`}
        ${may('secret_purge') && html`<${Button} kind="danger" onClick=${() => open({ purge: one })}>Purge</${Button}>`}</div>` },
  ];
  return html`
    <${ListHead} title="Secrets" current="trash">Deleted in <b>
      ${scopeName(scope)}</b>. Each is kept until the time that it says, and can be restored until then. After that it is
          destroyed for good.</${ListHead}>
    <${Panel} flush><${Paged} pages=${pages} label="Trash" id=${(one) => one.id} columns=${columns}
      empty=${html`<${Empty} icon="trash"
        title="The trash is empty">What is deleted in ${scopeName(scope)} waits here, in case somebody wants it
            back.</${Empty}>`} /></${Panel}>
    ${dialog?.restore && html`<${Restore} secret=${dialog.restore} onClose=${close} onDone=${done} />`}
    ${dialog?.purge && html`<${Purge} secret=${dialog.purge} onClose=${close} onDone=${done} />`}`;
}

const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' });

/** When it was due already it may go at any moment. */
const KeptUntil = ({ at }) => (new Date(at) < Date.now() ? 'Any moment now'
  : html`<div class="stack tight"><time datetime=${at}>${DAY.format(new Date(at))}</time><span
      class="small muted">${relative(at)}</span></div>`);

function Restore({ secret, onClose, onDone }) {
  const [name, setName] = useState(secret.name);
  const restoring = useAction(async () => {
    const { data } = await post(`/secrets/${seg(secret.name)}/restore`, { id: secret.id, name: name === secret.name ? undefined
      : name }, { query: scopeQuery(secret) });
    toast(`${data.name} is back.`);
    onDone();
    location.hash = secretHref(data);
  });
  const taken = restoring.problem?.body.reason === 'name_taken';
  return html`
    <${FormDialog} title=${`Restore ${secret.name}`} action="Restore" onClose=${onClose} onSubmit=${restoring.run}
      busy=${restoring.busy} unready=${!isName(name)}>
      <p>It comes back to ${scopeName(secret)} with its versions and labels. Leases and adoptions that ended do not.</p>
      <${NameField} value=${name} onValue=${setName}
        fault=${taken ? 'A living secret has this name: take another one.' : faultAt(restoring.problem, '/name')} />
      ${!taken && html`<${Refused} problem=${restoring.problem} secret=${secret} />`}
    </${FormDialog}>`;
}

function Purge({ secret, onClose, onDone }) {
  const purging = useAction(async () => {
    await post(`/secrets/${seg(secret.name)}/purge`, { id: secret.id }, { query: scopeQuery(secret), once: false });
    toast(`${secret.name} is destroyed.`);
    onDone();
  });
  return html`
    <${Confirm} title=${`Purge ${secret.name}`} action="Destroy it" typed=${secret.name} onClose=${onClose}
      onConfirm=${purging.run} busy=${purging.busy}>
      <p>All its versions are destroyed now and can be restored from nowhere. The audit trail keeps that it was there.</p>
      <${Refused} problem=${purging.problem} secret=${secret} />
    </${Confirm}>`;
}
