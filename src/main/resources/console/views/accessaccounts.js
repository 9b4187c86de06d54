// Service accounts: who programs, and people without an identity provider, sign in as.
import { html, useState } from '../lib.js';
import { post } from '../api.js';
import { useAction, usePages } from '../hooks.js';
import { go, href } from '../router.js';
import { mayInTenant } from '../session.js';
import { Button, Empty, Panel, Time } from '../ui/basic.js';
import { FormDialog } from '../ui/dialog.js';
import { faultOf, Text } from '../ui/field.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { NAME_RULE } from './accesswords.js';

export function Accounts() {
  const pages = usePages('/service-accounts', {}, 'service_accounts');
  const people = usePeople();
  const [making, make] = useState(false);
  const button = mayInTenant('account_admin') && html`<${Button} kind="primary" icon="plus"
      onClick=${() => make(true)}>Create an account</${Button}>`;
  const columns = [
    { title: 'Name', cell: (one) => html`<a class="strong" href=${href(['access', 'accounts', one.id])}>${one.name}</a>` },
    { title: 'What for', cell: (one) => html`<span class="muted break">${one.description || '–'}</span>` },
    { title: 'Created by', cell: (one) => html`<${Who} is=${one.created_by} people=${people} />` },
    { title: 'Created', cell: (one) => html`<${Time} at=${one.created_at} />` },
  ];
  return html`
    <${Panel} flush title="Service accounts" actions=${button}>
      <${Paged} pages=${pages} label="Service accounts" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="access" title="No account yet"
            action=${button}>A program signs in as a service account, with a key that you create here.</${Empty}>`} />
    </${Panel}>
    ${making && html`<${NewAccount} onClose=${() => make(false)} />`}`;
}

function NewAccount({ onClose }) {
  const [name, setName] = useState('');
  const [description, describe] = useState('');
  const making = useAction(async () => {
    const { data } = await post('/service-accounts', { name, description: description || undefined });
    toast(`Account ${name} is created. Give it a role and a key next.`);
    onClose();
    go(['access', 'accounts', data.id]);
  });
  return html`
    <${FormDialog} title="Create a service account" action="Create" onClose=${onClose} onSubmit=${making.run} busy=${making.busy}
        problem=${making.problem}
                   atFields=${['/name', '/description']} unready=${!name}>
      <${Text} label="Name" value=${name} onValue=${setName} hint=${NAME_RULE} fault=${faultOf(making.problem, '/name')}
          maxlength="63" autocomplete="off" />
      <${Text} label="Who or what uses it? (optional)" value=${description} onValue=${describe} fault=${faultOf(making.problem,
          '/description')} maxlength="1024" />
    </${FormDialog}>`;
}
