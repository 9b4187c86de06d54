// Into the trash; refused by the broker while something uses it, and then what does is listed.
import { html, useState } from '../lib.js';
import { del, scopeQuery, seg } from '../api.js';
import { useAction } from '../hooks.js';
import { href } from '../router.js';
import { useMay } from '../scope.js';
import { Note } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { Check } from '../ui/field.js';
import { toast } from '../ui/toast.js';
import { Refused } from './secretrefused.js';
import { placeOf, scopeName } from './secretparts.js';

export function DeleteSecret({ secret, onClose }) {
  const may = useMay();
  const [force, setForce] = useState(false);
  const deleting = useAction(async () => {
    await del('/secrets/' + seg(secret.name), { ...scopeQuery(secret), force });
    toast(`${secret.name} is in the trash now.`);
    onClose();
    location.hash = href(['secrets'], placeOf(secret));
  });
  const inUse = deleting.problem?.body.reason === 'in_use';
  return html`
    <${Confirm} key=${String(force)} title=${`Delete ${secret.name}`} action=${force ? 'End all uses and delete' : 'Delete'}
      onClose=${onClose} onConfirm=${deleting.run} busy=${deleting.busy} typed=${force ? secret.name : undefined}>
      <p>It leaves ${scopeName(secret)} and goes to the trash, from where it can be restored with all its versions; the trash says
          until when.</p>
      <${Refused} problem=${deleting.problem} secret=${secret} />
      ${(inUse || force) && may('secret_force_delete')
        && html`<${Check} label="End all of these uses and delete it all the same" checked=${force} onValue=${setForce} />`}
      ${force && html`<${Note}
        kind="bad">Programs that hold it lose it at once and are told so. Environments that need it do not start tasks any more,
            and adoptions end.</${Note}>`}
    </${Confirm}>`;
}
