// Another name for a secret: what asks for it by the old one, and what keeps it from being renamed.
import { html, useState } from '../lib.js';
import { get, patch, scopeQuery, seg } from '../api.js';
import { useAction, useLoad } from '../hooks.js';
import { Note, plural } from '../ui/basic.js';
import { FormDialog } from '../ui/dialog.js';
import { faultAt } from '../ui/editor.js';
import { NameField, isName } from '../ui/name.js';
import { toast } from '../ui/toast.js';
import { Refused } from './secretrefused.js';
import { environmentHref, holdersText, scopeName, secretHref } from './secretparts.js';

const MOST = 500;

export function RenameSecret({ secret: now, onClose }) {
  const [secret] = useState(now);
  const [name, setName] = useState(secret.name);
  const usage = useLoad((signal) => get(`/secrets/${seg(secret.name)}/usage`, { ...scopeQuery(secret), page_size: MOST },
    { signal }), [secret.id]);
  const renaming = useAction(async () => {
    const { data } = await patch(`/secrets/${seg(secret.name)}/metadata`, { name }, { query: scopeQuery(secret),
      headers: { 'If-Match': `"${secret.metadata_sequence}"` } });
    toast(`${secret.name} is called ${data.name} now.`);
    onClose();
    location.replace(secretHref(data));
  });
  const taken = renaming.problem?.body.reason === 'name_taken';
  const blocking = usage.data?.environments || [];
  return html`
    <${FormDialog} title=${`Rename ${secret.name}`} action="Rename" onClose=${onClose} onSubmit=${renaming.run}
      busy=${renaming.busy} unready=${!isName(name) || name === secret.name}>
      <${NameField} label="New name" value=${name} onValue=${setName}
        fault=${taken ? `There is one of this name in ${scopeName(secret)}.` : faultAt(renaming.problem, '/name')} />
      <${Breaks} secret=${secret} />
      ${blocking.length > 0 && html`<${Blocking} of=${blocking} secret=${secret} />`}
      ${!taken && html`<${Refused} problem=${renaming.problem} secret=${secret} />`}
    </${FormDialog}>`;
}

const Breaks = ({ secret }) => html`
  <${Note} kind="wait" title=${`What asks for ${secret.name} does not find it any more`}>
    <ul class="bulleted">
      <li>Code, job files and commands that say <code class="break">${secret.name}</code> fail when they ask next, until you have
          changed the name there. The broker cannot see them.</li>
      <li>${secret.holders > 0 ? `The ${holdersText(secret.holders)} that hold it now go on until their leases end.`
          : 'Nobody holds it now.'}</li>
      <li>Its versions, labels and history stay.</li>
    </ul></${Note}>`;

const Blocking = ({ of, secret }) => html`
  <${Note} kind="bad" title=${`${plural(of.length, 'environment')} ${of.length === 1 ? 'names' : 'name'} it, and ${of.length === 1
      ? 'keeps' : 'keep'} it from being renamed`}>
    <div class="stack tight"><p>Change them first to need the new name, or to need it no more:</p>
      <ul class="bulleted">${of.map((one) => html`<li key=${one.id}><a href=${environmentHref(one)}>${one.name}</a> of
        ${' '}${scopeName(one)}</li>`)}</ul>
      <p class="small">Until ${secret.name} is renamed, tasks of theirs that start do not find the new name, unless they may start
        without it.</p></div></${Note}>`;
