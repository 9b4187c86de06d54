// Environments: what a task needs, where it gets it, and what would become of it in a project and a domain.
import { html } from '../lib.js';
import { usePages, usePlace } from '../hooks.js';
import { href, refine } from '../router.js';
import { useMay, useScope } from '../scope.js';
import { Badge, Empty, PageHead, Panel, scopeText, Time } from '../ui/basic.js';
import { Check } from '../ui/field.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { Environment } from './environment.js';
import { EnvironmentForm } from './environmentform.js';

export default function View({ path }) {
  const { project, domain } = useScope();
  const crumbs = [['Environments', href(['environments'])]];
  if (path[0] === 'new' && path.length === 1) {
    return html`<${EnvironmentForm} key=${project + '/' + domain} crumbs=${crumbs} />`;
  }
  return path[0]
    ? html`<${Environment} key=${[project, domain, path[0]].join('/')} name=${path[0]} changing=${path[1] === 'change'}
        crumbs=${crumbs} />`
    : html`<${Environments} />`;
}

function Environments() {
  const { project, domain } = useScope();
  const { query } = usePlace();
  const exact = query.exact === 'true';
  const wide = (project || domain) && !exact;
  const pages = usePages('/environments', { project, domain, inherited: wide ? 'true' : undefined }, 'environments');
  const people = usePeople();
  const mayHere = useMay();
  const button = mayHere('environment_change') && html`<a class="button primary" href=${href(['environments',
      'new'])}>Create an environment</a>`;
  const here = (one) => (one.project || '') === project && (one.domain || '') === domain;
  const columns = [
    { title: 'Name', cell: (one) => html`<a class="strong" href=${address(one)}>${one.name}</a>` },
    { title: 'Of', cell: (one) => html`${scopeText(one)} ${!here(one) && html`<${Badge}>inherited</${Badge}>`}` },
    { title: 'What for', cell: (one) => html`<span class="muted break">${one.description || '–'}</span>` },
    { title: 'Needs', right: true, cell: (one) => one.secrets.length },
    { title: 'Changed', cell: (one) => html`<${Time} at=${one.updated_at} />` },
    { title: 'By', cell: (one) => html`<${Who} is=${one.updated_by} people=${people} />` },
  ];
  return html`
    <${PageHead} title="Environments" actions=${button}>
      What a task needs: which secrets, as which variables and files. Seen from ${scopeText({ project, domain })}.
    </${PageHead}>
    <${Panel} flush>
      ${(project || domain) && html`<div class="filters">
        <${Check} label="With those of wider scopes" checked=${!exact} onValue=${(on) => refine({ exact: on ? ''
            : 'true' })} /></div>`}
      <${Paged} pages=${pages} label="Environments" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="environments" title="No environment here" action=${button}>
          An environment lists the secrets of a task and where they go. Start the task with it, and it gets them all:
          hushbus run --environment NAME.</${Empty}>`} />
    </${Panel}>`;
}

/** The page of an environment, in its own scope. */
export const address = (one) => href(['environments', one.name], { project: one.project || '', domain: one.domain || '',
    exact: '' });

