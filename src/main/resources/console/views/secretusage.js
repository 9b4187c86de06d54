// Who uses a secret: programs by the version they hold, environments, and projects that have adopted it.
import { html } from '../lib.js';
import { get, scopeQuery, seg } from '../api.js';
import { useEvents, useEvery, useLoad } from '../hooks.js';
import { href } from '../router.js';
import { Badge, Loaded, Panel, Time, scopeText } from '../ui/basic.js';
import { Bars } from '../ui/chart.js';
import { Icon } from '../ui/icon.js';
import { Table } from '../ui/table.js';
import { Who } from '../ui/people.js';
import { Holder, holderName } from './rotationwords.js';
import { LeaseBadge } from './runwords.js';
import { environmentHref, holdersHref } from './secretparts.js';

const LOOK_AGAIN_MS = 5_000;
const LOOK_BACK_MS = 30_000;
const A_FEW = 20;
const BEFORE = 200;
const SHOWN_BEFORE = 10;

export function UsedBy({ secret, people }) {
  const at = scopeQuery(secret);
  const usage = useLoad((signal) => get(`/secrets/${seg(secret.name)}/usage`, { ...at, page_size: 500 }, { signal }),
    [secret.id]);
  const leases = useLoad((signal) => get('/leases', { secret: secret.id, state: 'active', page_size: A_FEW }, { signal }),
    [secret.id]);
  const before = useLoad((signal) => get('/leases', { secret: secret.id, page_size: BEFORE }, { signal }), [secret.id]);
  const reload = () => {
    usage.reload();
    leases.reload();
  };
  useEvents(['secret', 'rotation', 'lease', 'run'], reload);
  useEvery(LOOK_AGAIN_MS, reload);
  useEvery(LOOK_BACK_MS, before.reload);
  return html`<${Loaded} state=${usage}>${(used) => html`
    <div class="stack">
      <${Panel} title="Programs that hold it now" actions=${html`<a class="button" href=${holdersHref(secret)}>Watch them<${Icon}
        name="right" /></a>`}>
        ${used.leases.length === 0
          ? html`<p class="muted">Nobody holds a version now. Programs get it by its name; the overview shows how.</p>` : html`
          <div class="stack"><${Bars} label="Holders by version" of=${used.leases.map((one) => ({
            label: `Version ${one.version}${one.version === secret.current_version ? ', current' : ''}`, value: one.live,
              color: one.version === secret.current_version ? 'good' : 'wait' }))} />
            ${leases.data && html`<${Table} label="Holders" id=${(one) => one.id} items=${leases.data.leases}
              columns=${HOLDERS} />`}
            ${leases.data?.next_page_token && html`<p class="small muted">These are the newest ${A_FEW}. <a
              href=${holdersHref(secret)}>All of them</a></p>`}</div>`}
      </${Panel}>
      <${UsedBefore} secret=${secret} newest=${before.data?.leases} />
      <${Panel} title="Environments that need it">
        ${(used.environments || []).length === 0
          ? html`<p class="muted">None. An environment says once what its tasks get, so that no task has to.</p>`
          : html`<ul class="stack tight">${used.environments.map((one) => html`<li key=${one.id}><a href=${environmentHref(one)}>
          ${one.name}</a> <span class="muted">of ${scopeText(one)}</span></li>`)}</ul>`}
      </${Panel}>
      <${Panel} title="Projects that have adopted it">
        ${used.adoptions.length === 0 ? html`<p class="muted">None.</p>`
          : html`<ul class="stack tight">${used.adoptions.map((one) => html`<li key=${one.id}><b>${scopeText(one)}</b>
          ${one.name !== secret.name && ` as ${one.name}`} <span class="muted">since <${Time} at=${one.created_at} />, by <${Who}
            people=${people} is=${one.created_by} /></span></li>`)}</ul>`}
      </${Panel}>
    </div>`}</${Loaded}>`;
}

/** Who held it and does so no more, from the newest leases; each once, with the last of its leases. */
function UsedBefore({ secret, newest }) {
  if (!newest) {
    return null;
  }
  const holds = new Set(newest.filter((one) => one.state === 'active').map(holderName));
  const last = new Map();
  newest.filter((one) => one.state !== 'active' && !holds.has(holderName(one)))
    .sort((a, b) => endOf(b).localeCompare(endOf(a)))
    .forEach((one) => last.has(holderName(one)) || last.set(holderName(one), one));
  return html`
    <${Panel} title="Programs that held it before">
      ${last.size === 0 ? html`<p class="muted">Nobody else, as far as the broker still knows: it forgets ended leases after some
          time (30 days, unless your operator says otherwise).</p>`
        : html`<div class="stack"><${Table} label="Held it before" id=${(one) => one.id} columns=${BEFORE_THAT}
            items=${[...last.values()].slice(0, SHOWN_BEFORE)} />
          <p class="small muted"><a href=${href(['runs'], { show: 'leases', state: 'all', secret: secret.id })}>All of its
              leases</a></p></div>`}
    </${Panel}>`;
}

const endOf = (one) => one.revoked_at || one.expires_at;

const BEFORE_THAT = [
  { title: 'Holder', cell: (one) => html`<${Holder} of=${one} />` },
  { title: 'Last version', right: true, cell: (one) => one.version },
  { title: 'Until', cell: (one) => html`<${Time} at=${endOf(one)} />` },
  { title: 'How it ended', cell: (one) => html`<${LeaseBadge} lease=${one} />` },
];

const HOLDERS = [
  { title: 'Holder', cell: (one) => html`<span class="break">
    ${one.holder_name || one.holder}${one.run_attempt > 1 ? `, attempt ${one.run_attempt}` : ''}</span>` },
  { title: 'Version', right: true, cell: (one) => one.applied_version || one.version },
  { title: 'Since', cell: (one) => html`<${Time} at=${one.issued_at} />` },
  { title: 'Ends', cell: (one) => html`<span><${Time}
    at=${one.expires_at} /> ${one.acknowledged?.status === 'failed'
      && html`<${Badge} kind="bad">could not take the new value</${Badge}>`}</span>` },
];
