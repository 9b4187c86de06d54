// "Explain": what a task would get in a project and a domain, and from where, before it is started.
import { html, useState } from '../lib.js';
import { post, scopeQuery } from '../api.js';
import { useEvents, useLoad } from '../hooks.js';
import { href } from '../router.js';
import { usePlaces } from '../scope.js';
import { Badge, Loaded, Note, Panel, scopeText } from '../ui/basic.js';
import { Filter } from '../ui/field.js';
import { Table } from '../ui/table.js';
import { outcomeText } from './environmentwords.js';

/** Of an environment by name, or of needs that are not stored yet. scope: where one begins to look. */
export function Explain({ environment, secrets, scope }) {
  const { projects, domains } = usePlaces();
  const [from, look] = useState(scope);
  const asked = { ...scopeQuery(from), ...(environment ? { environment } : { secrets }) };
  const state = useLoad((signal) => post('/resolutions', asked, { signal }).then((answer) => answer.data),
      [JSON.stringify(asked)]);
  useEvents(['secret'], state.reload);
  const named = (all, now) => (now && !all.some((one) => one.name === now) ? [...all, { name: now }]
      : all).map((one) => [one.name, one.name]);
  return html`
    <${Panel} flush title="What a task would get" aria-label="Explanation">
      <div class="filters"><span class="muted">in</span>
        <${Filter} label="Project of the task" value=${from.project} onValue=${(project) => look({ ...from, project })} of=${[['',
            'no project'], ...named(projects, from.project)]} />
        <${Filter} label="Domain of the task" value=${from.domain} onValue=${(domain) => look({ ...from, domain })} of=${[['',
            'no domain'], ...named(domains, from.domain)]} />
      </div>
      <div class="stack panel-text" aria-live="polite"><${Loaded} state=${state}>${(found) => html`<${Verdict}
          found=${found} />`}</${Loaded}></div>
      ${state.data?.needs.length > 0 && html`<${Table} label="What becomes of each need" columns=${COLUMNS}
          items=${state.data.needs.map((need, i) => ({ ...need, i }))} id=${(need) => need.i} />`}
    </${Panel}>`;
}

function Verdict({ found }) {
  const wrong = found.needs.filter((need) => outcomeText(need)[0] === 'bad').length;
  if (found.ok) {
    return html`<${Note} kind="good" title="A task would start with all that it needs">${found.environment
        && html`By ${found.environment.name} of ${scopeText(found.environment)},
            revision ${found.environment.revision}.`}</${Note}>`;
  }
  return html`<${Note} kind="bad"
      title="A task would not start">${wrong} of ${found.needs.length} needs cannot be met; see below.</${Note}>`;
}

const COLUMNS = [
  { title: 'Secret', cell: (need) => html`<span>${need.secret_id
    ? html`<a class="strong" href=${href(['secrets', need.secret], { project: need.scope?.project || '',
        domain: need.scope?.domain || '' })}>${need.secret}</a>` : html`<b>${need.secret}</b>`}
    ${need.key && html` <span class="muted">key</span> <code>${need.key}</code>`}</span>` },
  { title: 'Outcome', cell: (need) => {
    const [kind, title, help] = outcomeText(need);
    return html`<div class="stack tight"><div><${Badge} kind=${kind}>${title}</${Badge}></div>${help && html`<span
        class="small">${help}</span>`}</div>`;
  } },
  { title: 'From', cell: (need) => (need.scope ? html`<div
      class="stack tight"><span>${scopeText(need.scope)}, version ${need.version}</span>
    ${need.adopted_from && html`<span
        class="small muted">adopted: ${need.adopted_from.name} of ${scopeText(need.adopted_from)}</span>`}
    ${need.shadows?.map((one) => html`<span class="small muted"
        key=${scopeText(one)}>hides the one of ${scopeText(one)}</span>`)}</div>` : '–') },
  { title: 'Arrives as', cell: (need) => html`<ul class="break">
    ${need.variables.map((one) => html`<li key=${'v' + one.name}><code>${one.name}</code></li>`)}
    ${need.files.map((one) => html`<li key=${'f' + one.name}><code>${one.name}</code></li>`)}</ul>` },
];
