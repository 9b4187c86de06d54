// What a rotation would meet if it began now, in the picture that it would have then.
import { html, useState } from '../lib.js';
import { get } from '../api.js';
import { useLoad } from '../hooks.js';
import { may } from '../session.js';
import { Button, duration, Note, Panel, Time } from '../ui/basic.js';
import { Bars } from '../ui/chart.js';
import { HolderCells } from '../ui/holders.js';
import { Icon } from '../ui/icon.js';
import { Table } from '../ui/table.js';
import { Holder, holderName, holders, reloadText, staysBehind } from './rotationwords.js';

const PAGE = 500;
const FIRST = 10;

export function Rehearsal({ seen, secret }) {
  const names = useLoad((signal) => (may('lease_read')
    ? get('/leases', { secret: secret.id, state: 'active', page_size: PAGE }, { signal }) : Promise.resolve({ leases: [] })),
        [seen]).data;
  const known = new Map((names?.leases || []).map((lease) => [lease.id, lease]));
  const named = (one) => ({ ...known.get(one.lease), ...one, id: one.lease + (one.member || '') });
  const all = seen.laggards.map(named);
  const stay = all.filter((one) => staysBehind(one.reload));
  const silent = seen.offline.map(named);
  const total = seen.holders.total;
  return html`
    <section class="panel picture is-rehearsal" aria-label="Rehearsal" role="region">
      <div class="row spread"><h2>Rehearsal: nothing was changed</h2></div>
      <div class="picture-top">
        <div class="picture-versions"><span class="version">v${seen.from_version}</span><${Icon} name="arrow" />
            <span class="version is-new is-ahead">new</span></div>
        <div class="figure"><b>${total.toLocaleString('en')}</b><span>${total === 1 ? 'holder' : 'holders'} would be told</span>
            </div>
        <div class="figure"><b>${left(seen.earliest_finish)}</b><span>at the earliest; ${left(seen.deadline)} at most</span></div>
      </div>
      ${total === 0 ? html`<${Note} kind="good" title="Nobody holds it now">It would be over at once.</${Note}>` : html`
        ${all.length > 0 && html`<${HolderCells} label="Who would be told" cells=${all.map(cell(silent))} />`}
        ${total > all.length && html`<p class="small muted">The first ${all.length} of ${holders(total)}.</p>`}
        <div class="grid two">
          <div class="stack tight"><h3>How they would take it in</h3>
            <${Bars} label="Holders by how they take in a new version"
                of=${Object.entries(seen.by_reload).sort((a, b) => b[1] - a[1]).map(([word, value]) => (
              { label: word === 'unknown' ? 'did not say' : reloadText(word), value, color: staysBehind(word) ? 'bad'
                  : word === 'restart' ? 'wait-fill' : 'good' }))} /></div>
          <${Advice} stay=${stay} silent=${silent} unsaid=${seen.by_reload.unknown || 0} />
        </div>`}
    </section>
    <div class="stack rehearsed">${stay.length > 0 && html`<${Listed} title="Would hold the old value until they end"
        items=${stay} />`}
    ${silent.length > 0 && html`<${Listed} title="Not heard of for a minute" items=${silent} />`}</div>`;
}

const left = (at) => {
  const seconds = (new Date(at) - Date.now()) / 1000;
  return seconds < 1 ? 'At once' : duration(seconds);
};

const cell = (silent) => (one) => {
  const quiet = silent.some((other) => other.id === one.id);
  const stays = staysBehind(one.reload);
  return {
    id: one.id, name: holderName(one), state: quiet ? 'failed' : stays ? 'pending' : 'plain',
    status: quiet ? 'not heard of' : stays ? 'moves by ending' : reloadText(one.reload), note: '',
  };
};

function Advice({ stay, silent, unsaid }) {
  if (stay.length === 0 && silent.length === 0 && unsaid > 0) {
    return html`
      <${Note} kind="wait" title=${`${holders(unsaid)} did not say`}>
        Whether they take in a new value while they run is not known: watch them, and give them time enough.
      </${Note}>`;
  }
  if (stay.length === 0 && silent.length === 0) {
    return html`<${Note} kind="good" title="Everybody can take it in">All of them say how they take in a new value while they
        run.</${Note}>`;
  }
  return html`
    <${Note} kind="wait" title=${[stay.length && `${holders(stay.length)} would move by ending only`,
        silent.length && `${holders(silent.length)} not heard of`].filter(Boolean).join(', ')}>
      Give them time enough, or start when they are done; else they are cut off at the end.
    </${Note}>`;
}

function Listed({ title, items }) {
  const [all, showAll] = useState(false);
  const shown = all ? items : items.slice(0, FIRST);
  return html`
    <${Panel} title=${title} flush>
      <${Table} label=${title} items=${shown} id=${(one) => one.id} columns=${[
        { title: 'Holder', cell: (one) => html`<${Holder} of=${one} />` },
        { title: 'Takes it in', cell: (one) => reloadText(one.reload) },
        { title: 'Last heard of', cell: (one) => html`<${Time} at=${one.heard_at} />` },
        { title: 'Lease ends', cell: (one) => html`<${Time} at=${one.expires_at} />` },
      ]} />
      ${shown.length < items.length && html`<div class="table-foot"><${Button}
          onClick=${() => showAll(true)}>Show all ${items.length}</${Button}></div>`}
    </${Panel}>`;
}
