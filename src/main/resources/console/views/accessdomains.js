// Domains: the stages of work, such as development and production, that every project has.
import { html, useState } from '../lib.js';
import { post } from '../api.js';
import { useAction, usePages } from '../hooks.js';
import { usePlaces } from '../scope.js';
import { mayInTenant } from '../session.js';
import { Button, Empty, Panel, Time } from '../ui/basic.js';
import { FormDialog } from '../ui/dialog.js';
import { faultOf, Text } from '../ui/field.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { NAME_RULE } from './accesswords.js';

const COLUMNS = [
  { title: 'Name', cell: (one) => html`<b>${one.name}</b>` },
  { title: 'What for', cell: (one) => html`<span class="muted break">${one.description || '–'}</span>` },
  { title: 'Created', cell: (one) => html`<${Time} at=${one.created_at} />` },
];

export function Domains() {
  const pages = usePages('/domains', {}, 'domains');
  const [making, make] = useState(false);
  const button = mayInTenant('domain_admin') && html`<${Button} kind="primary" icon="plus"
      onClick=${() => make(true)}>Create a domain</${Button}>`;
  return html`
    <div class="stack">
      <p class="muted">Each project has all of these. A task in a project and a domain sees the secrets of both first, then those
          of the project, of the domain and of the organization.</p>
      <${Panel} flush title="Domains" actions=${button}>
        <${Paged} pages=${pages} label="Domains" id=${(one) => one.id} columns=${COLUMNS}
          empty=${html`<${Empty} icon="access" title="No domain yet"
              action=${button}>Create one for each stage of your work, such as development, staging and
                  production.</${Empty}>`} />
      </${Panel}>
    </div>
    ${making && html`<${NewDomain} onClose=${() => make(false)} onDone=${pages.reload} />`}`;
}

function NewDomain({ onClose, onDone }) {
  const [name, setName] = useState('');
  const [description, describe] = useState('');
  const places = usePlaces();
  const making = useAction(async () => {
    await post('/domains', { name, description: description || undefined });
    toast(`Domain ${name} is created; every project has it now.`);
    places.reload();
    onDone();
    onClose();
  });
  return html`
    <${FormDialog} title="Create a domain" action="Create" onClose=${onClose} onSubmit=${making.run} busy=${making.busy}
        problem=${making.problem}
                   atFields=${['/name', '/description']} unready=${!name}>
      <${Text} label="Name" value=${name} onValue=${setName} hint=${NAME_RULE} fault=${faultOf(making.problem, '/name')}
          maxlength="63" autocomplete="off" />
      <${Text} label="What is it for? (optional)" value=${description} onValue=${describe} fault=${faultOf(making.problem,
          '/description')} maxlength="1024" />
    </${FormDialog}>`;
}
