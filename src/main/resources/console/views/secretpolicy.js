// When a secret is rotated, by itself or by a person, and where its new value comes from.
import { html, useRef, useState } from '../lib.js';
import { del, post, put, scopeQuery, seg } from '../api.js';
import { useAction, usePages } from '../hooks.js';
import { useMay } from '../scope.js';
import { Badge, Button, Empty, Facts, Panel, Time } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { Icon } from '../ui/icon.js';
import { ShownOnce } from '../ui/once.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { Refused } from './secretrefused.js';
import { rotateHref, rotationHref, rotationsHref } from './secretparts.js';
import { PolicyFields, policyFaults, policyOf, policyToSend } from './secretpolicyfields.js';
import { durationText } from './secretsettings.js';

const SOURCES = { generate: 'The broker makes it', manual: 'A person brings it', hook: 'A service is called for it' };
const KINDS = { password: 'a password', bytes: 'random bytes', uuid: 'a UUID', ed25519: 'an Ed25519 key pair',
  rsa: 'an RSA key pair' };
const PHASES = { staged: 'wait', draining: 'wait', completed: 'good', aborted: '', superseded: '', failed: 'bad' };

export function Policy({ secret, policy, reload }) {
  const may = useMay();
  const [dialog, open] = useState('');
  const key = useRef('');
  const [made, setMade] = useState(false);
  const close = () => open('');
  const done = (answer) => {
    close();
    reload();
    key.current = answer?.hook_key || '';
    setMade(key.current !== '');
  };
  const change = may('rotation_force');
  return html`
    <div class="stack">
      <${Panel} title="Policy" actions=${policy && change && html`
        <${Button} onClick=${() => open('edit')}>Edit</${Button}>
        ${policy.hook && html`<${Button} onClick=${() => open('roll')}>Create a new signing key</${Button}>`}
        <${Button} kind="danger" onClick=${() => open('remove')}>Remove</${Button}>`}>
        ${policy ? html`<${Shown} policy=${policy} />`
          : html`<${Empty} icon="clock" title="It is not rotated by itself"
          action=${change && html`<${Button} kind="primary" onClick=${() => open('edit')}>Set a policy</${Button}>`}>
              A policy says how often it gets a new value, and whether the broker makes it, a service does, or a person is
                  reminded.${change ? '' : ' Somebody with the role editor can set one.'}</${Empty}>`}
      </${Panel}>
      <${Rotations} secret=${secret} />
    </div>
    ${dialog === 'edit' && html`<${EditPolicy} secret=${secret} policy=${policy} onClose=${close} onDone=${done} />`}
    ${dialog === 'remove' && html`<${RemovePolicy} secret=${secret} onClose=${close} onDone=${done} />`}
    ${dialog === 'roll' && html`<${RollKey} secret=${secret} onClose=${close} onDone=${done} />`}
    ${made && html`<${ShownOnce} title="Signing key of the hook" held=${key} onClose=${() => setMade(false)}>
      <p>Put it into the service that is called: it checks with it that a call comes from here.</p></${ShownOnce}>`}`;
}

const overdue = (policy) => new Date(policy.next_due_at) < Date.now();

const Shown = ({ policy }) => html`<${Facts} of=${[
  ['When', policy.cron ? html`<span>by <code>${policy.cron}</code> in ${policy.time_zone || 'UTC'}</span>`
    : `every ${durationText(policy.every_seconds)}`],
  ['Next', html`<span class="row"><${Time} at=${policy.next_due_at} />
    ${overdue(policy) && html`<${Badge} kind="bad">Overdue</${Badge}>`}</span>`],
  ['New value', policy.generate ? `${SOURCES.generate}: ${KINDS[policy.generate.kind]}${policy.generate.length
    ? ` of ${policy.generate.length} ${policy.generate.kind === 'rsa' ? 'bits' : policy.generate.kind === 'bytes' ? 'bytes'
    : 'characters'}` : ''}${policy.generate.key ? `, as ${policy.generate.key}` : ''}`
    : policy.hook ? html`<span>${SOURCES.hook}: <code class="break">${policy.hook.url}</code></span>`
      : `${SOURCES.manual}${policy.manual?.remind_before_seconds
      ? `, reminded ${durationText(policy.manual.remind_before_seconds)} before` : ''}`],
  ['Holders', policy.strategy === 'immediate' ? 'The old value ends at once'
    : `The old value stays valid until all have moved${policy.grace_seconds ? `, at most ${durationText(policy.grace_seconds)}`
    : ''}`],
]} />`;

function EditPolicy({ secret, policy: now, onClose, onDone }) {
  const [policy] = useState(now); // as it was when editing began, so that what others change meanwhile is not undone
  const [typed, set] = useState(() => policyOf(policy));
  const [asked, ask] = useState(false);
  const faults = policyFaults(typed, secret);
  const saving = useAction(async () => {
    ask(true);
    if (Object.keys(faults).length) {
      return;
    }
    const { data } = await put(`/secrets/${seg(secret.name)}/rotation-policy`, policyToSend(typed, secret),
      { query: scopeQuery(secret), headers: policy ? { 'If-Match': policy.etag } : {} });
    toast(`The rotation of ${secret.name} is set.`);
    onDone(data);
  });
  return html`
    <${FormDialog} title=${`Rotation of ${secret.name}`} action="Save" onClose=${onClose} onSubmit=${saving.run}
      busy=${saving.busy}>
      <${PolicyFields} value=${typed} onValue=${set} secret=${secret} faults=${asked ? faults : {}} problem=${saving.problem} />
      <${Refused} problem=${saving.problem} secret=${secret} />
    </${FormDialog}>`;
}

function RemovePolicy({ secret, onClose, onDone }) {
  const removing = useAction(async () => {
    await del(`/secrets/${seg(secret.name)}/rotation-policy`, scopeQuery(secret));
    toast(`${secret.name} is not rotated by itself any more.`);
    onDone();
  });
  return html`
    <${Confirm} title="Remove the policy" action="Remove" onClose=${onClose} onConfirm=${removing.run} busy=${removing.busy}>
      <p>${secret.name} keeps its value until somebody changes it. A rotation that is under way goes on.</p>
      <${Refused} problem=${removing.problem} secret=${secret} />
    </${Confirm}>`;
}

function RollKey({ secret, onClose, onDone }) {
  const rolling = useAction(async () => {
    const { data } = await post(`/secrets/${seg(secret.name)}/rotation-policy/roll`, {}, { query: scopeQuery(secret) });
    onDone(data);
  });
  return html`
    <${FormDialog} title="Create a new signing key" action="Create" onClose=${onClose} onSubmit=${rolling.run}
        busy=${rolling.busy}>
      <p>Calls of the hook are signed with the new key and, for a day, with the old one as well. The new key is shown once.</p>
      <${Refused} problem=${rolling.problem} secret=${secret} />
    </${FormDialog}>`;
}

function Rotations({ secret }) {
  const may = useMay();
  const pages = usePages(`/secrets/${seg(secret.name)}/rotations`, scopeQuery(secret), 'rotations', 10);
  const columns = [
    { title: 'Versions', cell: (one) => html`<a class="strong" href=${rotationHref(one.id)}>
      ${one.from_version} to ${one.to_version}</a>` },
    { title: 'State', cell: (one) => html`<${Badge} kind=${PHASES[one.phase]}>${one.phase}</${Badge}>` },
    { title: 'Began', cell: (one) => html`<${Time} at=${one.started_at} />` },
    { title: 'Holders moved', right: true, cell: (one) => one.holders
      && html`<span>${one.holders.moved} of ${one.holders.total}</span>` },
  ];
  return html`
    <${Panel} title="Rotations so far" actions=${html`<a class="button" href=${rotationsHref(secret)}>All</a>
      ${may('rotation_start') && html`<a class="button" href=${rotateHref(secret)}><${Icon} name="rotation" />Rotate now</a>`}`}>
      <${Paged} pages=${pages} label="Rotations" id=${(one) => one.id} columns=${columns}
        empty=${html`<p class="muted">None yet: it has its first value.</p>`} />
    </${Panel}>`;
}
