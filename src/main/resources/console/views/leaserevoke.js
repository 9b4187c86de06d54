// Ending leases: one, or all of a secret, a run or a holder, told by their number before.
import { html } from '../lib.js';
import { get, post, seg } from '../api.js';
import { useAction, useLoad } from '../hooks.js';
import { plural } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { toast } from '../ui/toast.js';
import { holderName } from './rotationwords.js';

const COUNTED = 500;

export function RevokeOne({ lease, onClose, onDone }) {
  const doing = useAction(async () => {
    await post(`/leases/${seg(lease.id)}/revoke`);
    toast('The lease has ended');
    onClose();
    onDone();
  });
  return html`
    <${Confirm} title="Revoke this lease?" action="Revoke" onClose=${onClose} onConfirm=${doing.run} busy=${doing.busy}
        problem=${doing.problem}>
      <p><b>${holderName(lease)}</b> loses <b>${lease.secret || 'the secret'}</b> at once. If the program does not expect that, it
          may fail.</p>
      <p>The value itself stays valid: rotate the secret if somebody should not know it any more.</p>
    </${Confirm}>`;
}

export function RevokeAll({ by, id, project, sample, onClose, onDone }) {
  const counted = useLoad((signal) => get('/leases', { [by]: id, project, state: 'active', page_size: COUNTED }, { signal }),
      [by, id]);
  const doing = useAction(async () => {
    const { data } = await post('/leases/revoke', { [by === 'secret' ? 'secret_id' : by]: id });
    toast(`${data.more ? 'More than ' : ''}${plural(data.revoked, 'lease')} ended`);
    onClose();
    onDone();
  });
  const many = counted.data && (counted.data.next_page_token ? `More than ${COUNTED} leases` : plural(counted.data.leases.length,
      'lease'));
  const of = { secret: sample?.secret || 'this secret', run: 'the run ' + (sample?.run_external_id || ''),
      holder: sample?.opener_name || sample?.holder_name || 'this holder' }[by];
  return html`
    <${Confirm} title=${`Revoke every lease of ${of}?`} action="Revoke all" onClose=${onClose} onConfirm=${doing.run}
        busy=${doing.busy || !counted.data} problem=${doing.problem || counted.problem}>
      <p>${many ? html`<b>${many}</b> end at once${project && by !== 'run' ? ', in every project and not only here' : ''}.`
          : 'Counting the leases…'} Programs that still run lose what they hold and may fail.</p>
      <p>This cannot be undone; they can lease again if they still have the right.</p>
    </${Confirm}>`;
}
