// One environment: its needs, how new values are taken in, and what a task would get.
import { html, useState } from '../lib.js';
import { call, del, scopeQuery, seg } from '../api.js';
import { useAction, useLoad } from '../hooks.js';
import { go, href } from '../router.js';
import { useMay, useScope } from '../scope.js';
import { Badge, Button, Code, Empty, Facts, Loaded, PageHead, Panel, scopeText, Time } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { usePeople, Who } from '../ui/people.js';
import { Table } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { EnvironmentForm } from './environmentform.js';
import { Explain } from './environmentexplain.js';
import { Gives, secretNamed, useKnownSecrets } from './environmentnames.js';
import { arrival, reloadText } from './environmentwords.js';

export function Environment({ name, changing, crumbs }) {
  const scope = useScope();
  const state = useLoad(async (signal) => {
    const { data, etag } = await call('GET', '/environments/' + seg(name), { query: { ...scopeQuery(scope) }, signal });
    return { one: data, etag };
  }, [name, scope.project, scope.domain]);
  const [ending, end] = useState(false);
  const mine = useMay()('environment_change');
  const known = state.data?.one;
  if (changing && known) {
    return html`<${EnvironmentForm} environment=${known} etag=${state.data.etag} onChanged=${state.reload} crumbs=${[...crumbs,
        [name, href(['environments', name])]]} />`;
  }
  const actions = mine && known && html`
    <a class="button" href=${href(['environments', name, 'change'])}>Change</a>
    <${Button} kind="danger" icon="trash" onClick=${() => end(true)}>Delete</${Button}>`;
  return html`
    <${PageHead} title=${name} crumbs=${crumbs} badges=${html`<${Badge}>${scopeText(scope)}</${Badge}>`}
        actions=${actions}>${known?.description}</${PageHead}>
    <${Loaded} state=${state}>${({ one }) => html`<${Shown} one=${one} scope=${scope} />`}</${Loaded}>
    ${ending && html`<${Delete} one=${known} etag=${state.data.etag} onClose=${() => end(false)} />`}`;
}

function Shown({ one, scope }) {
  const people = usePeople();
  const known = useKnownSecrets(scope);
  const flags = [scope.project && `--project ${scope.project}`, scope.domain
      && `--domain ${scope.domain}`].filter(Boolean).join(' ');
  return html`
    <div class="stack">
      <${Panel} flush title="Secrets it needs">
        ${one.secrets.length ? html`<${Table} label="Needs" columns=${COLUMNS} id=${(need) => need.i}
            items=${one.secrets.map((need, i) => ({ ...need, i, known: secretNamed(known, need.secret) }))} />`
          : html`<${Empty} icon="environments" heading="h3"
              title="It needs nothing yet">Change it to say which secrets the task gets.</${Empty}>`}
      </${Panel}>
      <${Explain} environment=${one.name} scope=${scope} />
      <${Panel} title="Use it"><div class="stack tight">
        <p class="muted">Start a program with these secrets; it gets new values as said above.</p>
        <${Code} label="How to start a program"
            text=${`hushbus run --environment ${one.name} ${flags} -- python train.py`.replace('  ', ' ')} /></div></${Panel}>
      <${Panel} title="About"><${Facts} of=${[
        ['Changed', html`<${Time} at=${one.updated_at} />`], ['By', html`<${Who} is=${one.updated_by} people=${people} />`],
        ['Created', html`<${Time} at=${one.created_at} />`], ['Revision', one.revision], ['Id', html`<code>${one.id}</code>`],
      ]} /></${Panel}>
    </div>`;
}

const COLUMNS = [
  { title: 'Secret', cell: (need) => html`<span><b class="break">${need.secret}</b>${need.key && html` <span
      class="muted">key</span> <code>${need.key}</code>`}</span>` },
  { title: 'Arrives as', cell: (need) => html`<div class="stack tight"><span class="break">${arrival(need)}</span>
    <${Gives} need=${need} secret=${need.known} /></div>` },
  { title: 'New values', cell: (need) => html`${reloadText(need)}${need.max_delay && html`<span
      class="muted"> within ${need.max_delay}</span>`}` },
  { title: 'Must be there', cell: (need) => (need.optional ? html`<${Badge}>optional</${Badge}>` : 'yes') },
];

function Delete({ one, etag, onClose }) {
  const deleting = useAction(async () => {
    await del('/environments/' + seg(one.name), scopeQuery(one), { headers: { 'If-Match': etag } });
    toast(`Environment ${one.name} is deleted.`);
    onClose();
    go(['environments']);
  });
  return html`
    <${Confirm} title=${`Delete ${one.name}?`} action="Delete environment" onClose=${onClose} onConfirm=${deleting.run}
        busy=${deleting.busy} problem=${deleting.problem}>
      <p>Runs that were opened with it go on. Programs that are started with it from now on are refused. The secrets stay.</p>
    </${Confirm}>`;
}
