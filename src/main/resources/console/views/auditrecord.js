// One record of the audit trail: everything that it says, with names and links where there are any.
import { html } from '../lib.js';
import { get } from '../api.js';
import { useLoad } from '../hooks.js';
import { href, refine } from '../router.js';
import { usePlaces } from '../scope.js';
import { may, mayInCommunity, mayInTenant } from '../session.js';
import { Badge, Button, Facts, Time } from '../ui/basic.js';
import { Dialog } from '../ui/dialog.js';
import { Who } from '../ui/people.js';
import { useCommunities } from './accesswords.js';
import { actionTitle, kindTitle, unfiltered } from './auditwords.js';

const MOST_SCOPES = 12;
const PRINCIPAL = /^[a-z_]{1,20}:[0-9a-f-]{36}$/;

/** Where the secret of a record is now, under whatever name it had then: {name, project, domain}, or null. */
function useSecret(record, places) {
  const project = places.projects.find((one) => one.id === record.project_id)?.name;
  return useLoad(async (signal) => {
    const unknown = record.resource_kind !== 'secret' || !record.resource_name || !may('secret_list', record.project_id)
      || (record.project_id && !project);
    for (const domain of unknown ? [] : ['', ...places.domains.map((one) => one.name)].slice(0, MOST_SCOPES)) {
      const page = await get('/secrets', { project, domain, name_prefix: record.resource_name }, { signal }).catch(() => null);
      const found = page?.secrets.find((one) => one.id === record.resource_id);
      if (found) {
        return { name: found.name, project: project || '', domain };
      }
    }
    return null;
  }, [record.id, project]).data;
}

/** The address of the thing of a record, where it is known and the caller may go there. */
function addressOf(record, { secret, projects, people, communities }) {
  const { resource_kind: kind, resource_id: id } = record;
  const project = projects.find((one) => one.id === record.project_id)?.name || '';
  const places = {
    secret: () => secret && href(['secrets', secret.name], { project: secret.project, domain: secret.domain }),
    rotation: () => may('rotation_read') && href(['rotations', id], { project }),
    run: () => may('run_read') && href(['runs', id], { project }),
    service_account: () => people.named.has(id) && href(['access', 'accounts', id]),
    project: () => project && href(['access', 'projects', project]),
    community: () => {
      const found = communities.find((one) => one.id === id);
      return found && mayInCommunity('community_read', id) && href(['access', 'communities', found.name]);
    },
    webhook: () => may('webhook_read') && href(['events', 'webhooks', id]),
    domain: () => mayInTenant('domain_read') && href(['access', 'domains']),
  };
  return (id && places[kind]?.()) || undefined;
}

/** What a record's detail says: principals by their names, rotations and runs as links, the rest as it stands. */
function Said({ name, value, people }) {
  if (typeof value === 'string' && PRINCIPAL.test(value)) {
    return html`<${Who} is=${value} people=${people} />`;
  }
  if (name === 'rotation' && may('rotation_read')) {
    return html`<a href=${href(['rotations', value])}><code>${value}</code></a>`;
  }
  if (name === 'run' && may('run_read')) {
    return html`<a href=${href(['runs', value])}><code>${value}</code></a>`;
  }
  return Array.isArray(value) ? value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : one)).join(', ')
      : String(value);
}

/** The detail as names and values, nested ones by their path. */
const saidOf = (detail, people, before = '') => Object.entries(detail).flatMap(([name, value]) => {
  const path = before + name.replaceAll('_', ' ');
  return value && typeof value === 'object' && !Array.isArray(value) ? saidOf(value, people, path + ', ')
    : [[path[0].toUpperCase() + path.slice(1), html`<${Said} name=${name} value=${value} people=${people} />`]];
});

export function Record({ one, people, onClose }) {
  const places = usePlaces();
  const communities = useCommunities();
  const secret = useSecret(one, places);
  const project = places.projects.find((each) => each.id === one.project_id)?.name;
  const to = addressOf(one, { secret, projects: places.projects, people, communities });
  const called = one.resource_name || (one.resource_kind === 'service_account' && people.named.get(one.resource_id));
  const only = (what) => () => {
    refine({ ...unfiltered(), ...what });
    onClose();
  };
  const named = called && html`<b>${called}</b>`;
  return html`
    <${Dialog} title=${actionTitle(one.action)} wide onClose=${onClose}>
      <div class="content">
        <${Facts} of=${[
          ['When', html`${one.at} (<${Time} at=${one.at} />)`],
          ['Who', html`<${Who} is=${one.actor} name=${one.actor_name} people=${people} /> <code
              class="small muted break">${one.actor}</code>`],
          ['What', html`${actionTitle(one.action)} <code class="small muted">${one.action}</code>`],
          ['Outcome', html`<${Badge} kind=${one.outcome === 'allowed' ? 'good' : 'bad'}>${one.outcome === 'allowed' ? 'Allowed'
            : 'Denied'}</${Badge}>`],
          ['About', html`${kindTitle(one.resource_kind)} ${to ? html`<a href=${to}>${named || 'open it'}</a>` : named}${secret
            && secret.name !== called && html` <span class="muted">now called ${secret.name}</span>`}`],
          ['Version', one.version],
          ['Project', project ? html`<a href=${href(['access', 'projects', project])}>${project}</a>` : one.project_id
            && html`<code>${one.project_id}</code>`],
          ...saidOf(one.detail, people),
          ['From', one.source || 'the broker itself'],
          ['Id of the thing', one.resource_id && html`<code>${one.resource_id}</code>`],
          ['Request', html`<code>${one.request_id}</code>`],
          ['Place in the chain', one.sequence ?? 'not sealed yet'],
          ['Hash', one.hash && html`<code>${one.hash}</code>`],
        ]} />
      </div>
      <footer>
        ${one.resource_id && html`<${Button} onClick=${only({ resource: one.resource_id })}>All about this thing</${Button}>`}
        <${Button} onClick=${only({ actor: one.actor })}>All by the same</${Button}>
        <${Button} kind="primary" onClick=${onClose}>Close</${Button}>
      </footer>
    </${Dialog}>`;
}
