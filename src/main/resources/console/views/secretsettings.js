// What is said about a secret beside its value: description, labels, how many versions are kept, how long it is leased.
import { html, useState } from '../lib.js';
import { Check, Text } from '../ui/field.js';
import { faultAt } from '../ui/editor.js';
import { Labels } from '../ui/labels.js';

const UNITS = { s: 1, m: 60, h: 3600, d: 86400 };
const LONGEST_LEASE = 31_536_000;

/** Seconds of a text such as 15m or 6h; undefined if it is none. */
export function secondsOf(text) {
  const found = /^\s*([0-9]{1,9})\s*([smhd]?)\s*$/.exec(text);
  return found ? Number(found[1]) * UNITS[found[2] || 's'] : undefined;
}

/** The shortest such text for seconds. */
export function durationText(seconds) {
  const [unit, size] = Object.entries(UNITS).reverse().find(([, many]) => seconds % many === 0);
  return seconds / size + unit;
}

/** value: {name?, description, labels, max_versions, lease, cas_required}; all but labels as typed. */
export function SettingsFields({ value, onValue, problem, open = false }) {
  const [shown] = useState(open);
  const set = (fields) => onValue({ ...value, ...fields });
  return html`
    <div class="stack">
      <${Text} label="Description" value=${value.description} maxlength="1024" autocomplete="off"
        onValue=${(description) => set({ description })}
        hint="What it opens, and whom to ask. Everybody who sees the list can read it."
          fault=${faultAt(problem, '/description')} />
      <${Labels} value=${value.labels} onValue=${(labels) => set({ labels })} fault=${faultAt(problem, '/labels')}
        hint="To find and group secrets. Enter adds one." />
      <details open=${shown}><summary>More settings</summary><div class="stack">
        <${Text} label="Versions that are kept" type="number" min="1" max="100" placeholder="10" value=${value.max_versions ?? ''}
          onValue=${(max_versions) => set({ max_versions })}
          fault=${faultAt(problem, '/max_versions') || (settingFaults(value).max_versions ?? '')}
            hint="Older ones are destroyed once nobody holds them." />
        <${Text} label="Longest lease" placeholder="as for all secrets" value=${value.lease ?? ''}
          onValue=${(lease) => set({ lease })} autocomplete="off"
          fault=${faultAt(problem, '/max_lease_seconds') || (settingFaults(value).lease ?? '')}
            hint="For how long a program can hold it with renewals, such as 15m, 6h or 7d." />
        <${Check} label="Changes must say which version they replace" checked=${!!value.cas_required}
          onValue=${(cas_required) => set({ cas_required })}
          hint="So that two people never overwrite each other. This console always says it." />
      </div></details>
    </div>`;
}

export function settingFaults(value) {
  const faults = {};
  const versions = Number(value.max_versions || 1);
  if (!Number.isInteger(versions) || versions < 1 || versions > 100) {
    faults.max_versions = 'A number from 1 to 100.';
  }
  const lease = secondsOf(value.lease || '1s');
  if (!(lease >= 1 && lease <= LONGEST_LEASE)) {
    faults.lease = 'A number and s, m, h or d, such as 15m; at most 365d.';
  }
  return faults;
}

/** The fields of a new secret; what was left empty is left out. */
export const settingsToSend = (value) => ({
  description: value.description || undefined,
  labels: Object.keys(value.labels).length ? value.labels : undefined,
  max_versions: value.max_versions ? Number(value.max_versions) : undefined,
  max_lease_seconds: value.lease ? secondsOf(value.lease) : undefined,
  cas_required: value.cas_required || undefined,
});
