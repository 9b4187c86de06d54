// The root key, which wraps the keys of all tenants: which one is in use, and moving to another one.
import { html, useState } from '../lib.js';
import { get, post } from '../api.js';
import { useAction, useLoad } from '../hooks.js';
import { Button, Code, Facts, Loaded, Panel } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { WhatIs } from '../ui/whatis.js';
import { Work } from './operatorwork.js';

export function RootKey() {
  const state = useLoad((signal) => get('/root-key', {}, { signal }), []);
  const running = useLoad((signal) => get('/operations', { state: 'open', page_size: 100 }, { signal })
    .then((page) => page.operations.find((one) => one.kind === 'root_key_rotation')?.id || ''), []);
  const [asking, ask] = useState(false);
  const [begun, follow] = useState('');
  const work = begun || running.data;
  const moving = (key) => key.next || key.in_use.some((id) => id !== key.current);
  return html`
    <div class="stack">
      <${WhatIs} what="a root key, and what does moving do">
        <p>The one key that lies outside the database: in a file, or in a key service. It encrypts (“wraps”) the key of each
          tenant, called its key-encryption key or KEK, under which everything in that tenant is encrypted. Who has the database
          alone can read nothing.</p>
        <p>Moving (“rewrap” on the command line) wraps the tenants’ keys with the current root key instead of an older one. The
          tenants’ keys themselves stay as they are, so that nothing else is encrypted anew and nothing stops.</p></${WhatIs}>
      <${Panel} title="Root key" actions=${state.data && html`<${Button} icon="rotation" kind=${moving(state.data) ? 'primary'
          : ''} onClick=${() => ask(true)}>Move all keys</${Button}>`}>
        <${Loaded} state=${state}>${(key) => html`
          <${Facts} of=${[
            ['Current', html`<code>${key.current}</code>`], ['Taking over', key.next && html`<code>${key.next}</code>`],
            ['In use', html`<ul>${key.in_use.map((id) => html`<li key=${id}><code>${id}</code></li>`)}</ul>`],
            ['State', moving(key) ? 'keys lie under more than one root key' : 'everything lies under the current one'],
          ]} />`}</${Loaded}>
      </${Panel}>
      ${work && html`<${Work} key=${work} id=${work} about onEnded=${state.reload} />`}
      <${Panel} title="How to change it"><div class="stack tight">
        <p>Give every node both keys and start it again; then move all keys here. The old key may go when only the new one is in
            use, and when no backup from before is needed any more.</p>
        <${Code} label="Settings for a new root key"
            text=${'root_key:\n  provider: file\n  path: /etc/hushbus/root-2.key\n  previous:\n    provider: file\n'
              + '    path: /etc/hushbus/root.key'} /></div></${Panel}>
    </div>
    ${asking && html`<${Rotate} onClose=${() => ask(false)} onBegun=${(id) => { ask(false); follow(id); state.reload(); }} />`}`;
}

function Rotate({ onClose, onBegun }) {
  const rotating = useAction(async () => onBegun((await post('/root-key/rotate', {})).data.id));
  return html`
    <${Confirm} title="Put all keys under the current root key?" action="Move all keys" onClose=${onClose}
        onConfirm=${rotating.run} busy=${rotating.busy} problem=${rotating.problem}>
      <p>The keys of all tenants are wrapped anew. They themselves, and every value, stay as they are; reads, writes and leases go
          on.</p>
      <p>It is refused where no other root key is configured, or where a node does not have both.</p>
    </${Confirm}>`;
}
