// One service account: its keys, its roles, and its end.
import { html, useRef, useState } from '../lib.js';
import { del, get, post, seg } from '../api.js';
import { useAction, useLoad, usePages } from '../hooks.js';
import { go } from '../router.js';
import { caller, may, mayInTenant } from '../session.js';
import { Badge, Button, Empty, Facts, Loaded, Note, PageHead, Panel, Time } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { Choices, faultOf, Text } from '../ui/field.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { getsValues } from './accesscan.js';
import { KeyMade } from './accesskey.js';
import { RolesOf } from './accessroles.js';

const MOST = 500;

export function Account({ name: id, crumbs }) {
  const state = useLoad((signal) => get('/service-accounts/' + seg(id), {}, { signal }), [id]);
  const [ending, end] = useState(false);
  const people = usePeople();
  const mine = mayInTenant('account_admin');
  const account = state.data;
  const given = useLoad((signal) => (may('role_read') ? get('/role-bindings', { page_size: MOST }, { signal })
    .then((page) => page.role_bindings.filter((one) => one.service_account === id).map((one) => one.role))
    : Promise.resolve(undefined)), [id]);
  return html`
    <${PageHead} title=${account?.name || 'Service account'} crumbs=${crumbs} badges=${id === caller().principal.id
        && html`<${Badge} kind="info">you</${Badge}>`}
      actions=${mine && account && html`<${Button} kind="danger" icon="trash"
          onClick=${() => end(true)}>Delete</${Button}>`}>${account?.description}</${PageHead}>
    <${Loaded} state=${state}>${() => html`
      <div class="stack">
        ${given.data?.length > 0 && !getsValues(given.data) && html`<${Note} title="No program gets a value with this account">
          Good for a person. A program (<code>hushbus run</code>, a client) needs the role Runner as well, in the project where it
          works.</${Note}>`}
        <${Keys} account=${account} people=${people} mine=${mine} roles=${given.data} />
        ${may('role_read') && html`<${RolesOf} account=${id} name=${account.name} onChanged=${given.reload} />`}
        <${Panel} title="About"><${Facts} of=${[
          ['Created', html`<${Time} at=${account.created_at} />`],
          ['Created by', html`<${Who} is=${account.created_by} people=${people} />`],
          ['Id', html`<code>${account.id}</code>`],
        ]} /></${Panel}>
      </div>`}
    </${Loaded}>
    ${ending && html`<${Delete} account=${account} onClose=${() => end(false)} />`}`;
}

function keyState(key) {
  if (key.revoked_at) {
    return ['bad', 'Revoked'];
  }
  if (key.expires_at && new Date(key.expires_at) <= Date.now()) {
    return ['', 'Ended'];
  }
  return ['good', 'Works'];
}

function Keys({ account, people, mine, roles }) {
  const pages = usePages(`/service-accounts/${seg(account.id)}/keys`, {}, 'keys');
  const [asked, ask] = useState(null);
  const [shown, show] = useState(null);
  const held = useRef('');
  const made = (data) => {
    held.current = data.key;
    ask(null);
    show({ expires_at: data.expires_at });
    pages.reload();
  };
  const works = (key) => keyState(key)[1] === 'Works';
  const columns = [
    { title: 'Key', cell: (one) => html`<code>hsb_…${one.hint}</code>` },
    { title: 'State', cell: (one) => html`<${Badge} kind=${keyState(one)[0]}>${keyState(one)[1]}</${Badge}>` },
    { title: 'Created', cell: (one) => html`<${Time} at=${one.created_at} />` },
    { title: 'By', cell: (one) => html`<${Who} is=${one.created_by} people=${people} />` },
    { title: 'Ends', cell: (one) => (one.revoked_at ? html`<${Time} at=${one.revoked_at} />` : one.expires_at ? html`<${Time}
        at=${one.expires_at} />` : 'never') },
    ...(mine ? [{ title: '', right: true, cell: (one) => works(one) && html`<div class="row end">
      <${Button} kind="plain" aria-label=${'Roll the key that ends with ' + one.hint}
          onClick=${() => ask({ roll: one })}>Roll</${Button}>
      <${Button} kind="plain danger" aria-label=${'Revoke the key that ends with ' + one.hint}
          onClick=${() => ask({ revoke: one })}>Revoke</${Button}></div>` }] : []),
  ];
  const button = mine && html`<${Button} kind="primary" icon="plus" onClick=${() => ask({ make: true })}>Create a
      key</${Button}>`;
  const close = () => ask(null);
  return html`
    <${Panel} flush title="Keys" actions=${button}>
      <${Paged} pages=${pages} label="Keys" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="secrets" heading="h3" title="No key yet"
            action=${button}>Without a key nobody can sign in as ${account.name}.</${Empty}>`} />
    </${Panel}>
    ${asked?.make && html`<${NewKey} account=${account} onClose=${close} onMade=${made} />`}
    ${asked?.roll && html`<${RollKey} account=${account} old=${asked.roll} onClose=${close} onMade=${made} />`}
    ${asked?.revoke && html`<${RevokeKey} account=${account} old=${asked.revoke} onClose=${close}
        onDone=${() => { close(); pages.reload(); }} />`}
    ${shown && html`<${KeyMade} account=${account} held=${held} made=${shown} roles=${roles} onClose=${() => show(null)} />`}`;
}

const LIVES = [
  ['30d', '30 days', 'For trying something out.'],
  ['90d', '90 days', 'Good for most programs; roll it in time.'],
  ['365d', 'A year', 'Where rolling takes people.'],
  ['', 'No end', 'Until it is revoked.'],
  ['own', 'Another time', 'Such as 12h or 14d.'],
];

/** How long a key shall live: {life: as the API takes it or undefined, fields}. */
function useLife(problem) {
  const [chosen, choose] = useState('90d');
  const [own, setOwn] = useState('');
  const life = chosen === 'own' ? own.trim() : chosen;
  const fields = html`
    <${Choices} label="How long does it work?" value=${chosen} onValue=${choose} of=${LIVES} />
    ${chosen === 'own' && html`<${Text} label="Time" value=${own} onValue=${setOwn} hint="A number and s, m, h or d."
        fault=${faultOf(problem, '/expires_in')} maxlength="10" />`}`;
  return { life: life || undefined, ready: chosen !== 'own' || own.trim() !== '', fields };
}

function NewKey({ account, onClose, onMade }) {
  const making = useAction(async () => onMade((await post(`/service-accounts/${seg(account.id)}/keys`,
      { expires_in: life.life })).data));
  const life = useLife(making.problem);
  return html`
    <${FormDialog} title=${'Create a key for ' + account.name} action="Create" onClose=${onClose} onSubmit=${making.run}
        busy=${making.busy} problem=${making.problem}
                   atFields=${['/expires_in']} unready=${!life.ready}>
      ${life.fields}
    </${FormDialog}>`;
}

const OVERLAPS = [['0s', 'At once', 'The old key ends now.'], ['1h', '1 hour', ''], ['1d', '1 day',
    'Time to bring the new one everywhere.'], ['7d', '7 days', '']];

function RollKey({ account, old, onClose, onMade }) {
  const [overlap, setOverlap] = useState('1d');
  const rolling = useAction(async () => onMade((await post(`/service-accounts/${seg(account.id)}/keys/${seg(old.id)}/roll`,
      { expires_in: life.life, overlap })).data));
  const life = useLife(rolling.problem);
  return html`
    <${FormDialog} title=${`Roll the key that ends with ${old.hint}`} action="Roll key" onClose=${onClose} onSubmit=${rolling.run}
        busy=${rolling.busy} problem=${rolling.problem}
                   atFields=${['/expires_in']} unready=${!life.ready}>
      <p>You get the next key. The old one works on for a while, so that nothing stops meanwhile.</p>
      <${Choices} label="How long does the old key work on?" value=${overlap} onValue=${setOverlap} of=${OVERLAPS} />
      ${life.fields}
    </${FormDialog}>`;
}

function RevokeKey({ account, old, onClose, onDone }) {
  const revoking = useAction(async () => {
    await del(`/service-accounts/${seg(account.id)}/keys/${seg(old.id)}`);
    toast('The key is revoked; it stops working within 5 seconds.');
    onDone();
  });
  return html`
    <${Confirm} title=${`Revoke the key that ends with ${old.hint}?`} action="Revoke key" onClose=${onClose}
        onConfirm=${revoking.run} busy=${revoking.busy} problem=${revoking.problem}>
      ${account.id === caller().principal.id && html`<${Note} kind="wait"
          title="This is your own account">If you are signed in with this key, you are out within 5 seconds.</${Note}>`}
      <p>Whatever uses it stops within 5 seconds, and there is no way back. To replace a key without a gap, roll it.</p>
    </${Confirm}>`;
}

function Delete({ account, onClose }) {
  const deleting = useAction(async () => {
    await del('/service-accounts/' + seg(account.id));
    toast(`Account ${account.name} is deleted.`);
    onClose();
    go(['access', 'accounts']);
  });
  return html`
    <${Confirm} title=${`Delete ${account.name}?`} action="Delete account" typed=${account.name} onClose=${onClose}
        onConfirm=${deleting.run} busy=${deleting.busy} problem=${deleting.problem}>
      ${account.id === caller().principal.id && html`<${Note} kind="bad"
          title="This is the account you are signed in as">You will be out, and cannot undo it.</${Note}>`}
      <p>Its keys and tokens stop working within 5 seconds, and its roles end. The audit trail keeps what it did.</p>
    </${Confirm}>`;
}
