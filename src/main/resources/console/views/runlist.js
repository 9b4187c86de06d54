// The list of runs, with what narrows it.
import { html, useState } from '../lib.js';
import { useEvents, useEvery, usePages, usePlace } from '../hooks.js';
import { href, refine } from '../router.js';
import { useScope } from '../scope.js';
import { Code, Empty, Panel, scopeText, Time } from '../ui/basic.js';
import { Filter, Search } from '../ui/field.js';
import { Paged } from '../ui/table.js';
import { RUN_CHOICES, RunBadge, runName } from './runwords.js';

const EVERY_MS = 5000;
const EXTERNAL = /^[!-~]{1,200}$/;
const ENVIRONMENT = /^[a-z][a-z0-9-]{0,62}$/;

export function RunList() {
  const scope = useScope();
  const { query } = usePlace();
  const state = RUN_CHOICES.some(([word]) => word === query.state) ? query.state : '';
  const given = (text, rule) => (text && rule.test(text) ? text : undefined);
  const filter = { state, external_id: given(query.external_id, EXTERNAL), environment: given(query.environment, ENVIRONMENT) };
  const pages = usePages('/runs', { ...scope, ...filter }, 'runs');
  const refresh = () => pages.loading || pages.reload();
  useEvents(['run', 'lease'], refresh);
  useEvery(EVERY_MS, refresh);
  const narrowed = Object.values(filter).some(Boolean);
  return html`
    <${Panel} flush>
      <div class="filters">
        <${Filter} label="State" value=${state} onValue=${(next) => refine({ state: next })} of=${RUN_CHOICES} />
        <${Exactly} name="external_id" label="Name of the run, whole" value=${query.external_id} />
        <${Exactly} name="environment" label="Environment, whole" value=${query.environment} />
      </div>
      <${Paged} pages=${pages} label="Runs" id=${(run) => run.id} columns=${COLUMNS} empty=${narrowed
        ? html`<${Empty} icon="runs" title="No run matches">Names are asked for whole. <a href=${href(['runs'])}>Show all runs</a>
            </${Empty}>`
        : html`<${Empty} icon="runs" title="Nothing has run here yet" action=${html`<${Code} label="How to start a run"
            text=${command(scope)} />`}>
            A run begins when a task starts under <code>hushbus run</code>, by the clients, or by your platform.</${Empty}>`} />
    </${Panel}>`;
}

const command = ({ project, domain }) =>
  `hushbus run --project ${project || 'PROJECT'}${domain ? ' --domain ' + domain
      : ''} --env DB_PASSWORD=db-password -- python3 train.py`;

/** What the server compares as a whole: asked for when it is entered, not with every letter. */
function Exactly({ name, label, value = '' }) {
  const [typed, type] = useState(value);
  const submit = (event) => {
    event.preventDefault();
    refine({ [name]: typed.trim() });
  };
  const change = (text) => {
    type(text);
    text || refine({ [name]: '' });
  };
  return html`<form class="filter-text" onSubmit=${submit} onFocusOut=${submit}><${Search} label=${label} value=${typed}
      onValue=${change} /></form>`;
}

const COLUMNS = [
  { title: 'Run', cell: (run) => html`<div><a class="strong" href=${href(['runs', run.id])}>${runName(run)}</a>
      <div class="small muted">${scopeText(run)}</div></div>` },
  { title: 'State', cell: (run) => html`<${RunBadge} run=${run} />` },
  { title: 'Environment', cell: (run) => run.environment || '–' },
  { title: 'Opened', cell: (run) => html`<${Time} at=${run.opened_at} />` },
  { title: 'Last heard of', cell: (run) => html`<${Time} at=${run.heartbeat_at} />` },
  { title: 'Ended', cell: (run) => html`<${Time} at=${run.ended_at} />` },
];
