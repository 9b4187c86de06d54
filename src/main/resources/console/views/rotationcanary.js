// Who gets a staged version first, chosen among those who hold the secret now.
import { html, useState } from '../lib.js';
import { get } from '../api.js';
import { useLoad } from '../hooks.js';
import { may } from '../session.js';
import { Loaded } from '../ui/basic.js';
import { Check, Search } from '../ui/field.js';
import { holderName } from './rotationwords.js';

const MOST = 100;
const SHOWN = 12;

export function CanaryPicker({ secret, canary, onCanary, fault }) {
  const [typed, type] = useState('');
  const state = useLoad((signal) => (may('lease_read')
    ? get('/leases', { secret: secret.id, state: 'active', page_size: 500 }, { signal }) : Promise.resolve({ leases: [] })),
        [secret.id]);
  return html`
    <fieldset class="field stack tight"><legend>Who goes first</legend>
      <${Loaded} state=${state}>${({ leases }) => html`<${Picked} all=${holdersOf(leases)} typed=${typed} type=${type}
          canary=${canary} onCanary=${onCanary} />`}</${Loaded}>
      ${fault && html`<div class="fault">${fault}</div>`}
    </fieldset>`;
}

/** A run once, however many leases it has; else the lease itself. */
function holdersOf(leases) {
  const all = new Map();
  leases.forEach((lease) => all.set(lease.run || lease.id, { kind: lease.run ? 'runs' : 'leases', id: lease.run || lease.id,
      name: holderName(lease) }));
  return [...all.values()];
}

function Picked({ all, typed, type, canary, onCanary }) {
  if (all.length === 0) {
    return html`<p class="hint">Nobody holds the secret now, as far as you can see. The waves decide by lot.</p>`;
  }
  const chosen = new Set([...canary.runs, ...canary.leases]);
  const found = all.filter((one) => one.name.toLowerCase().includes(typed.toLowerCase()));
  const shown = [...found.filter((one) => chosen.has(one.id)), ...found.filter((one) => !chosen.has(one.id))].slice(0,
      Math.max(SHOWN, chosen.size));
  const set = (one, on) => onCanary({ ...canary, [one.kind]: on ? [...canary[one.kind], one.id].slice(0, MOST)
      : canary[one.kind].filter((id) => id !== one.id) });
  return html`
    <p class="hint">${chosen.size === 0 ? 'Nobody yet: then the first wave goes first.' : chosen.size + ' chosen.'}</p>
    ${all.length > SHOWN && html`<div class="row"><${Search} label="Search holders" value=${typed} onValue=${type} /></div>`}
    <div class="grid canaries">${shown.map((one) => html`<${Check} key=${one.id} label=${one.name} checked=${chosen.has(one.id)}
        onValue=${(on) => set(one, on)} />`)}</div>
    ${found.length > shown.length && html`<p class="hint">and ${found.length - shown.length} more: search for them</p>`}`;
}
