// How the installation is: what it needs answers, and which nodes share the work.
import { html } from '../lib.js';
import { get } from '../api.js';
import { useEvery, useLoad } from '../hooks.js';
import { href } from '../router.js';
import { Badge, Empty, Figure, Loaded, Note, Panel, Time } from '../ui/basic.js';
import { Table } from '../ui/table.js';
import { WhatIs } from '../ui/whatis.js';

const LOOK_MS = 5000;
const CHECKS = { database: 'The database answers', audit: 'The audit trail can be written' };

export function Health() {
  const health = useLoad((signal) => get('/health', {}, { signal }), []);
  const nodes = useLoad((signal) => get('/nodes', {}, { signal }).then((answer) => answer.nodes), []);
  useEvery(LOOK_MS, () => {
    health.reload();
    nodes.reload();
  });
  return html`
    <div class="stack">
      <${WhatIs} what="a node, a fence, a hint, a tenant that was set back">
        <p>A node is one running broker. Several share one database, and each can answer everything.
          Each job in the background is done by one node at a time; when it passes to another one, its number, the fence,
          grows, and what a node with an older number still wants to write is refused.</p>
        <p>A hint tells a node at once that something has changed (by the database, or by the nodes’ own connections). Without
          hints nodes look by themselves, and see a change some seconds later: slower, and never wrong.</p>
        <p>The broker writes signed checkpoints of each tenant outside the database. Where the database is older than its last
          checkpoint, somebody may have set it back to undo what was done, so the tenant is shut: none of its secrets
          is served until an operator confirms that a backup was restored on purpose.</p></${WhatIs}>
      <${Panel} title="Health"><${Loaded} state=${health}>${(now) => html`<${Now} now=${now} />`}</${Loaded}></${Panel}>
      <${Panel} flush title="Nodes"><${Loaded} state=${nodes}>${(all) => (all.length
        ? html`<${Table} label="Nodes" columns=${COLUMNS} items=${all} id=${(one) => one.id} />` : html`<${Empty} heading="h3"
            icon="operator" title="No node is known">It takes a moment after the start.</${Empty}>`)}</${Loaded}></${Panel}>
    </div>`;
}

const Now = ({ now }) => html`
  <div class="stack">
    <div class="grid">
      <${Figure} value=${now.ready ? 'Ready' : 'Not ready'} label="the node that answers" />
      <${Figure} value=${now.nodes_live} label="nodes live" />
      <${Figure} value=${now.tenants_set_back} label="tenants shut until a restore is confirmed" />
    </div>
    <ul class="row">${Object.entries(now.checks).map(([word, well]) => html`<li key=${word}><${Badge} kind=${well ? 'good'
        : 'bad'}>${CHECKS[word] || word}: ${well ? 'yes' : 'no'}</${Badge}></li>`)}</ul>
    ${now.tenants_set_back > 0 && html`<${Note} kind="bad"
        title="A tenant was set back">Its database is older than the checkpoints outside it, so none of its secrets is served.
      If you restored a backup, confirm it at <a href=${href(['operator', 'tenants'])}>the tenant</a>.</${Note}>`}
    ${now.hints_silent.length > 0 && html`<${Note} kind="wait"
        title="Changes are seen later than they could be">No hints come by ${now.hints_silent.join(', ')}; nodes look by
            themselves from time to time.</${Note}>`}
  </div>`;

const COLUMNS = [
  { title: 'Node', cell: (one) => html`<div class="stack tight"><code class="small break">${one.id}</code>${one.asked
      && html`<div><${Badge} kind="info">answers now</${Badge}></div>`}</div>` },
  { title: 'State', cell: (one) => html`<${Badge} kind=${one.live ? 'good' : 'bad'}>${one.live ? 'Live'
      : 'Not heard of'}</${Badge}>` },
  { title: 'Version', cell: (one) => one.version || '–' },
  { title: 'Destroyed keys', cell: (one) => (one.keys_dropped ? 'dropped' : html`<${Badge}
      kind="wait">not yet dropped</${Badge}>`) },
  { title: 'Started', cell: (one) => html`<${Time} at=${one.started_at} />` },
  { title: 'Last heard', cell: (one) => html`<${Time} at=${one.heard_at} />` },
];
