// Who holds which version of a secret now, live.
import { html } from '../lib.js';
import { get, scopeQuery, seg } from '../api.js';
import { useEvents, useEvery, useFollow, usePages } from '../hooks.js';
import { href } from '../router.js';
import { useScope } from '../scope.js';
import { may } from '../session.js';
import { Badge, Empty, Loaded, PageHead, Panel, scopeText, Time } from '../ui/basic.js';
import { Bars } from '../ui/chart.js';
import { HolderCells, MOST_CELLS } from '../ui/holders.js';
import { Paged } from '../ui/table.js';
import { Holder, holderName, holders } from './rotationwords.js';

const EVERY_MS = 3000;
const PAGE = 500;
const TYPES = ['rotation', 'secret', 'lease', 'run'];

export function HoldersPage({ name }) {
  const scope = useScope();
  const state = useFollow(async (signal) => {
    const query = scopeQuery(scope);
    const [secret, usage] = await Promise.all([
      get('/secrets/' + seg(name), query, { signal }),
      get(`/secrets/${seg(name)}/usage`, { ...query, page_size: 1 }, { signal }),
    ]);
    return { secret, versions: usage.leases };
  }, [name, scope.project, scope.domain], { types: TYPES, every: EVERY_MS });
  return html`
    <${PageHead} title=${'Who holds ' + name} crumbs=${[['Rotations', href(['rotations'])]]}
      actions=${may('rotation_start') && html`<a class="button primary" href=${href(['rotations', 'new', name])}>Rotate it</a>`}>
      ${scopeText(scope)} · <a href=${href(['secrets', name])}>the secret</a>
          ${state.data && html` · <a href=${href(['rotations'], { secret: state.data.secret.id })}>its rotations</a>`}
    </${PageHead}>
    <${Loaded} state=${state}>${({ secret, versions }) => html`<${Now} secret=${secret} versions=${versions} />`}</${Loaded}>`;
}

function Now({ secret, versions }) {
  const total = versions.reduce((sum, one) => sum + one.live, 0);
  const current = secret.current_version;
  const seen = may('lease_read');
  const pages = usePages(seen ? '/leases' : null, { secret: secret.id, state: 'active' }, 'leases', PAGE);
  const refresh = () => pages.loading || pages.reload();
  useEvents(TYPES, refresh);
  useEvery(EVERY_MS, refresh);
  const up = versions.find((one) => one.version === current)?.live || 0;
  return html`
    <div class="stack">
      <section class="panel picture" aria-label="Versions in use">
        <div class="picture-top">
          <div class="picture-versions"><span class="version is-new">v${current}</span></div>
          <div class="figure"><b>${total.toLocaleString('en')}</b><span>
              ${total === 1 ? 'lease lives now' : 'leases live now'}</span></div>
          <div class="figure"><b>${total - up}</b><span>hold an older version</span></div>
        </div>
        ${versions.length > 0 && html`<${Bars} label="Leases by version"
            of=${[...versions].sort((a, b) => b.version - a.version).map((one) => (
          { label: 'v' + one.version + (one.version === current ? ' (current)' : ''), value: one.live,
              color: one.version === current ? 'good' : 'wait-fill' }))} />`}
        ${pages.items?.length > 0 && total <= MOST_CELLS && html`<${HolderCells} label="Holders"
            cells=${[...pages.items].reverse().map(cell(current))} />`}
      </section>
      ${seen && html`<${Panel} title="Holders" flush>
        <${Paged} pages=${pages} label="Holders" id=${(one) => one.id} columns=${columns(current)} empty=${html`
          <${Empty} icon="runs" title="Nobody holds it now">Whoever leases it is here while it does, for instance <code>hushbus
              run</code>.</${Empty}>`} />
      </${Panel}>`}
      ${!seen && total > 0 && html`<p class="muted">${holders(total)}. Your roles do not show who they are.</p>`}
    </div>`;
}

const oldest = (lease) => lease.applied_version || lease.version;

const cell = (current) => (lease) => ({
  id: lease.id, name: holderName(lease), state: oldest(lease) === current ? 'moved' : 'old', status: 'v' + oldest(lease),
  note: lease.version > oldest(lease) ? 'taking v' + lease.version : '',
});

const columns = (current) => [
  { title: 'Holder', cell: (one) => html`<${Holder} of=${one} />` },
  { title: 'Holds', cell: (one) => html`<div><${Badge}
      kind=${oldest(one) === current ? 'good' : 'wait'}>v${oldest(one)}</${Badge}>
      ${one.version > oldest(one) && html` <span class="small muted">taking v${one.version}</span>`}</div>` },
  { title: 'Said last', cell: (one) => (one.acknowledged ? html`<div>
      ${one.acknowledged.status} v${one.acknowledged.version}${one.acknowledged.detail && html`<div class="small muted break">
      ${one.acknowledged.detail}</div>`}</div>` : '–') },
  { title: 'Since', cell: (one) => html`<${Time} at=${one.issued_at} />` },
  { title: 'Ends', cell: (one) => html`<${Time} at=${one.expires_at} />` },
];
