// What can be done about a rotation that goes on: taking it back, or ending the wait for who has not moved.
import { html, useState } from '../lib.js';
import { post, seg } from '../api.js';
import { useAction } from '../hooks.js';
import { go } from '../router.js';
import { usePlaces } from '../scope.js';
import { may, mayInTenant } from '../session.js';
import { Button, duration } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { toast } from '../ui/toast.js';
import { holderName, holders, isOpen, reloadText } from './rotationwords.js';

const NAMED = 8;

export function Actions({ rotation, reload }) {
  const [asked, ask] = useState('');
  const { projects } = usePlaces();
  const project = projects.find((one) => one.name === rotation.scope.project)?.id;
  const close = () => ask('');
  if (!isOpen(rotation) || !(rotation.scope.project ? may('rotation_force', project) : mayInTenant('rotation_force'))) {
    return null;
  }
  return html`
    <${Button} onClick=${() => ask('abort')}>Abort</${Button}>
    ${rotation.phase === 'draining' && html`<${Button} kind="danger"
        onClick=${() => ask('retire')}>End v${rotation.from_version} now</${Button}>`}
    ${asked === 'abort' && html`<${Abort} rotation=${rotation} onClose=${close} />`}
    ${asked === 'retire' && html`<${Retire} rotation=${rotation} onClose=${close} reload=${reload} />`}`;
}

function Abort({ rotation, onClose }) {
  const doing = useAction(async () => {
    const { data } = await post(`/rotations/${seg(rotation.id)}/abort`);
    toast(`v${rotation.from_version}'s value is current again`);
    onClose();
    go(['rotations', data.id]);
  });
  const moved = rotation.holders?.moved || 0;
  return html`
    <${Confirm} title="Abort this rotation?" action="Abort and go back" onClose=${onClose} onConfirm=${doing.run}
        busy=${doing.busy} problem=${doing.problem}>
      <p>The value of v${rotation.from_version} becomes current again, as a new version. ${moved > 0
        ? `${holders(moved)} who already moved get ${duration(rotation.grace_seconds)} to move back; you see them do it.`
        : 'Nobody has moved yet, so nobody has to move back.'}</p>
      <p>v${rotation.to_version} is no longer handed out.</p>
    </${Confirm}>`;
}

function Retire({ rotation, onClose, reload }) {
  const doing = useAction(async () => {
    await post(`/rotations/${seg(rotation.id)}/retire-now`);
    toast(`v${rotation.from_version} has ended`);
    onClose();
    reload();
  });
  const left = rotation.laggards;
  const behind = rotation.holders ? rotation.holders.total - rotation.holders.moved : left.length;
  return html`
    <${Confirm} title=${`End v${rotation.from_version} now?`} action=${`End v${rotation.from_version} now`} onClose=${onClose}
        onConfirm=${doing.run} busy=${doing.busy} problem=${doing.problem}>
      ${behind === 0 ? html`<p>Everybody has moved. Nobody loses anything.</p>` : html`
        <p><b>${holders(behind)} would be left behind.</b> Their leases end at once, and whatever still uses the old value stops
            working when the old value stops being accepted.</p>
        <ul class="left-behind">${left.slice(0, NAMED).map((one) => html`
          <li key=${one.lease + (one.member || '')}><b class="break">${holderName(one)}</b> <span class="muted">
              ${one.status === 'failed' ? 'failed' + (one.detail ? ': ' + one.detail : '') : 'takes it in: '
                  + reloadText(one.reload)}</span></li>`)}</ul>
        ${behind > NAMED && html`<p class="muted">and ${(behind - Math.min(NAMED, left.length)).toLocaleString('en')} more</p>`}`}
      <p>This cannot be undone.</p>
    </${Confirm}>`;
}
