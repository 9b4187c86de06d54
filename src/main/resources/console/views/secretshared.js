// What other projects of the community share with this one; adopting it, and giving it up.
import { html, useState } from '../lib.js';
import { del, post, seg } from '../api.js';
import { useAction, useEvents, usePages } from '../hooks.js';
import { href } from '../router.js';
import { useMay, useScope } from '../scope.js';
import { Badge, Button, Empty, Panel, Time } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { faultAt } from '../ui/editor.js';
import { NameField, isName } from '../ui/name.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { ListHead, Type, scopeName, useProject } from './secretparts.js';
import { Refused } from './secretrefused.js';

export function SharedSecrets() {
  const { project } = useScope();
  const known = useProject();
  const may = useMay();
  const pages = usePages(known?.community ? `/projects/${seg(project)}/shared-secrets` : null, {}, 'secrets');
  const [dialog, open] = useState(null);
  useEvents(['secret'], pages.reload);
  const done = () => {
    open(null);
    pages.reload();
  };
  const columns = [
    { title: 'Name', cell: (one) => html`<div class="stack tight name-cell"><div class="row"><b class="break">${one.name}</b>
      ${one.adoption && html`<${Badge} kind="accent">Adopted</${Badge}>`}</div>
        ${one.description && html`<div class="small muted">${one.description}</div>`}</div>` },
    { title: 'Type', cell: (one) => html`<${Type} type=${one.type} />` },
    { title: 'Belongs to', cell: (one) => scopeName(one.scope) },
    { title: 'Shared', cell: (one) => html`<${Time} at=${one.shared_at} />` },
    { title: '', right: true, cell: (one) => may('secret_adopt') && (one.adoption
      ? html`<${Button} kind="danger" onClick=${() => open({ give: one })}>Give it up</${Button}>`
      : html`<${Button} onClick=${() => open({ adopt: one })}>Adopt</${Button}>`) },
  ];
  if (!known?.community) {
    return html`<${ListHead} title="Secrets" current="shared" />
      <${Empty} icon="access" title=${project ? `${project} is in no community`
        : 'Choose a project'}>Projects of one community can share secrets with each other. An admin puts projects into one under
            Access.</${Empty}>`;
  }
  return html`
    <${ListHead} title="Secrets" current="shared">What other projects of <b>
      ${known.community}</b> share. Adopt what programs of ${project} shall lease.</${ListHead}>
    <${Panel} flush><${Paged} pages=${pages} label="Shared secrets" id=${(one) => one.secret_id} columns=${columns}
      empty=${html`<${Empty} icon="access"
        title=${`Nothing is shared in ${known.community} yet`}>What another project shares there appears here. To share one of
            yours, open it and choose Sharing.</${Empty}>`} /></${Panel}>
    ${dialog?.adopt && html`<${Adopt} shared=${dialog.adopt} project=${project} onClose=${() => open(null)} onDone=${done} />`}
    ${dialog?.give && html`<${GiveUp} secret=${{ name: dialog.give.name, adoption: dialog.give.adoption, project }}
      onClose=${() => open(null)} onDone=${done} />`}`;
}

function Adopt({ shared, project, onClose, onDone }) {
  const [alias, setAlias] = useState(shared.name);
  const adopting = useAction(async () => {
    const { data } = await post(`/projects/${seg(project)}/adoptions`, { secret_id: shared.secret_id, alias: alias === shared.name
      ? undefined : alias });
    toast(`${project} has adopted ${data.name}.`);
    onDone();
    location.hash = href(['secrets', data.name], { project, domain: data.domain || '' });
  });
  const taken = adopting.problem?.body.reason === 'name_taken';
  return html`
    <${FormDialog} title=${`Adopt ${shared.name}`} action="Adopt" onClose=${onClose} onSubmit=${adopting.run}
      busy=${adopting.busy} unready=${!isName(alias)}>
      <p>Programs of ${project} can lease it then${shared.scope.domain ? ` in ${shared.scope.domain}`
        : ''}. It stays a secret of ${scopeName(shared.scope)}, which changes and rotates it.</p>
      <${NameField} label=${`What ${project} calls it`} value=${alias} onValue=${setAlias}
        fault=${taken ? `There is one of this name in ${project}: take another.` : faultAt(adopting.problem, '/alias')} />
      ${!taken && html`<${Refused} problem=${adopting.problem} secret=${shared} />`}
    </${FormDialog}>`;
}

/** secret: with its adoption. */
export function GiveUp({ secret, onClose, onDone }) {
  const giving = useAction(async () => {
    await del(`/projects/${seg(secret.project)}/adoptions/${seg(secret.adoption)}`);
    toast(`${secret.project} has given ${secret.name} up.`);
    onDone();
  });
  return html`
    <${Confirm} title=${`Give ${secret.name} up`} action="Give it up" onClose=${onClose} onConfirm=${giving.run}
      busy=${giving.busy}>
      <p>Programs of ${secret.project} that hold it lose it at once. While it is shared it can be adopted again.</p>
      <${Refused} problem=${giving.problem} secret=${secret} />
    </${Confirm}>`;
}
