// One tenant: its limits, its keys, a restore to be confirmed, and its end.
import { html, useState } from '../lib.js';
import { del, get, post, seg } from '../api.js';
import { useAction, useLoad } from '../hooks.js';
import { go } from '../router.js';
import { caller } from '../session.js';
import { Badge, Button, Facts, Loaded, Note, PageHead, Panel, Time } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { Table } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { WhatIs } from '../ui/whatis.js';
import { Quotas } from './operatorquotas.js';
import { Work } from './operatorwork.js';

export function Tenant({ name, crumbs }) {
  const state = useLoad((signal) => get('/tenants/' + seg(name), {}, { signal }), [name]);
  const [open, show] = useState('');
  const [work, follow] = useState('');
  const [ends, count] = useState(0);
  const ended = () => {
    count((many) => many + 1);
    state.reload();
  };
  const deleting = state.data?.state === 'deleting';
  const close = () => show('');
  const actions = state.data && !deleting && html`
    <${Button} onClick=${() => show('restore')}>Confirm a restore</${Button}>${name !== caller().tenant.name && html`<${Button}
        kind="danger" icon="trash" onClick=${() => show('delete')}>Delete</${Button}>`}`;
  const begun = (operation) => {
    close();
    follow(operation.id);
    state.reload();
  };
  return html`
    <${PageHead} title=${name} crumbs=${crumbs} badges=${deleting && html`<${Badge} kind="bad">Being deleted</${Badge}>`}
        actions=${actions} />
    ${work && html`<div class="stack"><${Work} id=${work} onEnded=${ended} /></div>`}
    <${Loaded} state=${state}>${(tenant) => html`
      <div class="stack">
        ${deleting && !work && html`<${Note} kind="wait"
            title="It is being deleted">How far that is stands under Long work.</${Note}>`}
        ${!deleting && html`<${Quotas} tenant=${name} /><${Keys} tenant=${name} follow=${follow} changes=${work + ends} />`}
        <${Panel} title="About"><${Facts} of=${[['Created', html`<${Time} at=${tenant.created_at} />`], ['Id',
            html`<code>${tenant.id}</code>`]]} /></${Panel}>
      </div>`}
    </${Loaded}>
    ${open === 'delete' && html`<${Delete} name=${name} onClose=${close} onBegun=${begun} />`}
    ${open === 'restore' && html`<${Restore} name=${name} onClose=${close} />`}`;
}

const STATES = { primary: ['good', 'In use'], draining: ['wait', 'Being emptied'], retired: ['', 'Empty, kept for backups'] };

/** changes: something else whenever the keys may be others. */
function Keys({ tenant, follow, changes }) {
  const state = useLoad((signal) => get(`/tenants/${seg(tenant)}/keys`, {}, { signal }).then((answer) => answer.keys), [tenant,
      changes]);
  const [open, show] = useState(null);
  const close = () => show(null);
  const begun = (operation) => {
    close();
    follow(operation.id);
    state.reload();
  };
  const columns = [
    { title: 'Generation', cell: (one) => html`<b>${one.generation}</b>` },
    { title: 'State', cell: (one) => html`<${Badge} kind=${STATES[one.state][0]}>${STATES[one.state][1]}</${Badge}>` },
    { title: 'Versions under it', right: true, cell: (one) => one.versions.toLocaleString('en') },
    { title: 'Encryptions set aside', right: true, cell: (one) => one.seals.toLocaleString('en') },
    { title: 'Under root key', cell: (one) => html`<code class="small break">${one.root_key}</code>` },
    { title: 'Created', cell: (one) => html`<${Time} at=${one.created_at} />` },
    { title: '', right: true, cell: (one) => one.state === 'retired' && html`<${Button} kind="plain danger"
        aria-label=${`Destroy generation ${one.generation}`} onClick=${() => show(one)}>Destroy</${Button}>` },
  ];
  return html`
    <${Panel} flush title="Keys" actions=${html`<${Button} icon="rotation"
        onClick=${() => show('rotate')}>Rotate key</${Button}>`}>
      <div class="panel-text stack tight"><p class="small muted">Everything in the tenant is encrypted under its own key, which
        lies under the root key.</p>
        <${WhatIs} what="a generation of a key">
          <p>Rotating the key makes a new generation, which everything new is encrypted under at once; what is there is moved
            under it in the background (“rewrap”). The generation before is kept while backups may need it, and then destroyed: a
                backup
            from before can then no longer be read for this tenant.</p>
          <p>“Encryptions set aside” counts how often a key may have been used: each node takes some in advance, and a new
            generation is made long before a key has been used too often.</p></${WhatIs}></div>
      <${Loaded} state=${state}>${(keys) => html`<${Table} label="Keys of the tenant" columns=${columns}
          items=${[...keys].reverse()} id=${(one) => one.generation} />`}</${Loaded}>
      ${open === 'rotate' && html`<${Rotate} tenant=${tenant} onClose=${close} onBegun=${begun} />`}
      ${open?.generation && html`<${Destroy} tenant=${tenant} generation=${open.generation} onClose=${close} onBegun=${begun} />`}
    </${Panel}>`;
}

function Rotate({ tenant, onClose, onBegun }) {
  const rotating = useAction(async () => onBegun((await post(`/tenants/${seg(tenant)}/keys`, {})).data));
  return html`
    <${Confirm} title=${`Rotate the key of ${tenant}?`} action="Rotate key" onClose=${onClose} onConfirm=${rotating.run}
        busy=${rotating.busy} problem=${rotating.problem}>
      <p>A new key is used at once, and everything is moved under it. Values stay as they are; reads, writes and leases go on
          meanwhile.</p>
    </${Confirm}>`;
}

function Destroy({ tenant, generation, onClose, onBegun }) {
  const destroying = useAction(async () => onBegun((await del(`/tenants/${seg(tenant)}/keys/${generation}`)).data));
  return html`
    <${Confirm} title=${`Destroy generation ${generation} of ${tenant}?`} action="Destroy key" typed=${tenant} onClose=${onClose}
        onConfirm=${destroying.run} busy=${destroying.busy} problem=${destroying.problem}>
      <p>Nothing depends on it now, but backups from before the rotation can then no longer be read for this tenant. There is no
          way back. By itself the broker destroys it when backups of that age are no longer kept.</p>
    </${Confirm}>`;
}

function Delete({ name, onClose, onBegun }) {
  const deleting = useAction(async () => {
    const { data } = await del('/tenants/' + seg(name), { confirm: name });
    toast(`${name} is being deleted.`);
    onBegun(data);
  });
  return html`
    <${Confirm} title=${`Delete ${name} and everything in it?`} action="Delete tenant" typed=${name} onClose=${onClose}
        onConfirm=${deleting.run} busy=${deleting.busy} problem=${deleting.problem}>
      <p>Within seconds nobody can sign in there any more, and running programs lose their secrets. Then its keys are destroyed
          and all of it is removed. <b>There is no way back</b>, not even from a backup, once its keys are gone.</p>
    </${Confirm}>`;
}

function Restore({ name, onClose }) {
  const confirming = useAction(async () => {
    await post(`/tenants/${seg(name)}/confirm-restore`, {}, { once: false });
    toast(`Confirmed. ${name} is served again; other nodes follow soon.`);
    onClose();
    go(['operator', 'tenants', name]);
  });
  return html`
    <${Confirm} title=${`Was ${name} set back on purpose?`} action="Confirm the restore" typed=${name} onClose=${onClose}
        onConfirm=${confirming.run} busy=${confirming.busy} problem=${confirming.problem}>
      <p>A database that is older than the checkpoints kept outside it serves no secret of the tenant: somebody may have set it
          back to undo what was done. Confirm only if you restored a backup yourself.</p>
      <p>Readers of its events start anew. What was done after the backup is gone: rotate what was rotated meanwhile.</p>
    </${Confirm}>`;
}
