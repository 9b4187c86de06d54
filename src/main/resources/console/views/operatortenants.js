// The tenants of the installation, and making another one.
import { html, useRef, useState } from '../lib.js';
import { post } from '../api.js';
import { useAction, usePages } from '../hooks.js';
import { go, href } from '../router.js';
import { Badge, Button, Empty, Panel, Time } from '../ui/basic.js';
import { FormDialog } from '../ui/dialog.js';
import { faultOf, Text } from '../ui/field.js';
import { ShownOnce } from '../ui/once.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { WhatIs } from '../ui/whatis.js';

// The tenant of the operators has a reserved name, which no request may name.
const OWN = 'system';

const COLUMNS = [
  { title: 'Name', cell: (one) => (one.name === OWN
      ? html`<div><b>${one.name}</b><div class="small muted">the operators themselves</div></div>`
      : html`<a class="strong" href=${href(['operator', 'tenants', one.name])}>${one.name}</a>`) },
  { title: 'State', cell: (one) => (one.state === 'deleting' ? html`<${Badge} kind="bad">Being deleted</${Badge}>`
      : html`<${Badge} kind="good">Active</${Badge}>`) },
  { title: 'Created', cell: (one) => html`<${Time} at=${one.created_at} />` },
  { title: 'Id', cell: (one) => html`<code class="small break">${one.id}</code>` },
];

export function Tenants() {
  const pages = usePages('/tenants', {}, 'tenants');
  const [making, make] = useState(false);
  const [made, show] = useState('');
  const held = useRef('');
  const button = html`<${Button} kind="primary" icon="plus" onClick=${() => make(true)}>Create a tenant</${Button}>`;
  const done = (data) => {
    held.current = data.admin.key || '';
    make(false);
    show(data.name);
    pages.reload();
  };
  return html`
    <div class="stack">
    <${WhatIs} what="a tenant">
      <p>An organization of its own in this installation, with its own key, people, projects and secrets. Nothing of it can be
        seen from another one, and not by an operator either: operators create tenants, limit them and delete
            them.</p></${WhatIs}>
    <${Panel} flush title="Tenants" actions=${button}>
      <${Paged} pages=${pages} label="Tenants" id=${(one) => one.id} columns=${COLUMNS}
        empty=${html`<${Empty} icon="operator" title="No tenant yet"
            action=${button}>A tenant is an organization of its own: its keys, people and secrets are apart from all
                others.</${Empty}>`} />
    </${Panel}>
    </div>
    ${making && html`<${NewTenant} onClose=${() => make(false)} onMade=${done} />`}
    ${made && html`<${ShownOnce} title=${`Key of the first admin of ${made}`} held=${held}
        onClose=${() => { show(''); go(['operator', 'tenants', made]); }}>
      <p>Give it to whoever will be the admin of ${made}. No operator can create another one, and none can see what is in the
          tenant.</p></${ShownOnce}>`}`;
}

function NewTenant({ onClose, onMade }) {
  const [name, set] = useState('');
  const making = useAction(async () => {
    const { data } = await post('/tenants', { name });
    toast(`Tenant ${name} is created.`);
    onMade(data);
  });
  return html`
    <${FormDialog} title="Create a tenant" action="Create" onClose=${onClose} onSubmit=${making.run} busy=${making.busy}
        problem=${making.problem} atFields=${['/name']} unready=${!name}>
      <${Text} label="Name" value=${name} onValue=${set}
          hint="Small letters, digits and -; it begins and ends with a letter or digit, and stays as it is."
              fault=${faultOf(making.problem, '/name')} maxlength="63" autocomplete="off" />
    </${FormDialog}>`;
}
