// The list of leases, with what narrows it; revoking one, or all that a filter by secret, run or holder gives.
import { html, useState } from '../lib.js';
import { useEvents, useEvery, usePages, usePlace } from '../hooks.js';
import { href, refine } from '../router.js';
import { useScope } from '../scope.js';
import { mayToOthers } from '../session.js';
import { Button, Empty, IconButton, Panel, scopeText, Time } from '../ui/basic.js';
import { Filter } from '../ui/field.js';
import { Paged } from '../ui/table.js';
import { RevokeAll, RevokeOne } from './leaserevoke.js';
import { Holder, holderName } from './rotationwords.js';
import { LEASE_CHOICES, LeaseBadge, mayRevoke } from './runwords.js';

const EVERY_MS = 5000;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NARROWING = ['secret', 'run', 'holder'];

export function LeaseList() {
  const { project } = useScope();
  const { query } = usePlace();
  const state = query.state === 'all' ? '' : LEASE_CHOICES.some(([word]) => word && word === query.state) ? query.state
      : 'active';
  const by = Object.fromEntries(NARROWING.map((name) => [name, ID.test(query[name] || '') ? query[name] : undefined]));
  const pages = usePages('/leases', { project, ...by, state }, 'leases');
  const [revoked, revoke] = useState(null);
  const refresh = () => pages.loading || pages.reload();
  useEvents(['lease', 'run', 'rotation', 'secret'], refresh);
  useEvery(EVERY_MS, refresh);
  const chosen = NARROWING.filter((name) => by[name]);
  return html`
    <${Panel} flush>
      <div class="filters">
        <${Filter} label="State" value=${state} onValue=${(next) => refine({ state: next || 'all' })} of=${LEASE_CHOICES} />
        ${chosen.map((name) => html`<${Chip} key=${name} name=${name} sample=${pages.items?.[0]} />`)}
        <span class="grow"></span>
        ${chosen.length === 1 && mayToOthers('lease_revoke') && pages.items?.some((one) => one.state === 'active') && html`
          <${Button} kind="danger" onClick=${() => revoke('all')}>Revoke all of ${WORDS[chosen[0]]}</${Button}>`}
      </div>
      <${Paged} pages=${pages} label="Leases" id=${(lease) => lease.id} columns=${columns({ revoke, only: chosen.length === 0 })}
          empty=${html`
        <${Empty} icon="clock" title=${state === 'active' ? 'No lease lives here now' : 'No lease matches'}>
          Whoever reads a secret to use it holds a lease while it
              does. ${chosen.length > 0 || state
                  ? html`<a href=${href(['runs'], { show: 'leases', state: 'all' })}>Show all leases</a>` : ''}</${Empty}>`} />
    </${Panel}>
    ${revoked === 'all' && html`<${RevokeAll} by=${chosen[0]} id=${by[chosen[0]]} project=${project} sample=${pages.items?.[0]}
        onClose=${() => revoke(null)} onDone=${pages.reload} />`}
    ${revoked?.id && html`<${RevokeOne} lease=${revoked} onClose=${() => revoke(null)} onDone=${pages.reload} />`}`;
}

const WORDS = { secret: 'this secret', run: 'this run', holder: 'this holder' };

function Chip({ name, sample }) {
  const text = { secret: sample?.secret, run: sample?.run_external_id, holder: sample?.opener_name || sample?.holder_name }[name];
  return html`<span class="badge info chip">${name} ${text || ''}<button type="button" class="plain"
      aria-label=${'All, not only of this ' + name} onClick=${() => refine({ [name]: '' })}>×</button></span>`;
}

const Only = ({ by, id, of }) => html`<span class="only"><${IconButton} icon="filter" label=${'Only leases of ' + of}
    onClick=${() => refine({ [by]: id })} /></span>`;

/** Columns of leases; those of where one is already are left out. */
export const columns = ({ revoke, only = false, without = [] }) => [
  { title: 'Secret', cell: (one) => html`<div>${only && html`<${Only} by="secret" id=${one.secret_id}
      of=${one.secret || 'this secret'} />`}${one.secret ? html`<a class="strong"
      href=${href(['secrets', one.secret], { project: one.scope?.project ?? '', domain: one.scope?.domain ?? '' })}>
      ${one.secret}</a>` : html`<span class="muted">gone</span>`}
    ${one.scope && html`<div class="small muted">${scopeText(one.scope)}</div>`}</div>` },
  { title: 'Holder', cell: (one) => html`<div>${only && html`<${Only} by=${one.run ? 'run' : 'holder'}
      id=${one.run || one.holder.split(':')[1]} of=${holderName(one)} />`}<${Holder} of=${one} /></div>` },
  { title: 'Version', cell: (one) =>
      html`<div>v${one.applied_version || one.version}${one.version > (one.applied_version || one.version)
          && html`<div class="small muted">taking v${one.version}</div>`}
    ${one.superseded_by && one.state === 'active'
        && html`<div class="small muted">v${one.superseded_by} is there</div>`}</div>` },
  { title: 'State', cell: (one) => html`<${LeaseBadge} lease=${one} />` },
  { title: 'Since', cell: (one) => html`<${Time} at=${one.issued_at} />` },
  { title: 'Ends', cell: (one) => html`<${Time} at=${one.revoked_at || one.expires_at} />` },
  { title: '', cell: (one) => html`<div class="row end">${one.state === 'active' && mayRevoke(one) && html`
    <${Button} onClick=${() => revoke(one)} aria-label=${'Revoke the lease of ' + holderName(one) + ' on '
        + (one.secret || 'a secret')}>Revoke</${Button}>`}</div>` },
].filter((column) => !without.includes(column.title));
