// What the types of events mean, in words.

/** [type between `io.hushbus.` and `.v1`, title, kind of badge] */
export const TYPES = [
  ['secret.created', 'Secret created', 'info'],
  ['secret.version.announced', 'New version', 'accent'],
  ['secret.version.staged', 'Version staged', 'accent'],
  ['secret.version.retired', 'Version retired', ''],
  ['secret.deleted', 'Secret deleted', 'bad'],
  ['secret.restored', 'Secret restored', 'info'],
  ['secret.shared', 'Secret shared', 'info'],
  ['secret.unshared', 'Sharing ended', 'wait'],
  ['rotation.started', 'Rotation started', 'info'],
  ['rotation.progress', 'Rotation moves', 'info'],
  ['rotation.completed', 'Rotation completed', 'good'],
  ['rotation.failed', 'Rotation failed', 'bad'],
  ['rotation.due', 'Rotation due', 'wait'],
  ['rotation.overdue', 'Rotation overdue', 'bad'],
  ['lease.revoked', 'Lease revoked', 'wait'],
  ['run.lost', 'Run lost', 'wait'],
  ['webhook.disabled', 'Webhook switched off', 'bad'],
];

export const typeWord = (type) => type.replace(/^io\.hushbus\./, '').replace(/\.v\d+$/, '');
export const typeFull = (word) => `io.hushbus.${word}.v1`;
export const typeTitle = (type) => TYPES.find(([word]) => word === typeWord(type))?.[1] || typeWord(type);
export const typeKind = (type) => TYPES.find(([word]) => word === typeWord(type))?.[2] || '';

/** What an event is about, in a few words. */
export function about({ type, data = {} }) {
  const name = data.name || data.secret || data.external_id || data.url || '';
  const steps = data.from_version && data.to_version ? `version ${data.from_version} to ${data.to_version}` : data.version
      ? `version ${data.version}` : '';
  const moved = data.holders ? `${data.holders.moved ?? 0} of ${data.holders.total ?? 0} moved` : data.phase
      && typeWord(type) === 'rotation.progress' ? data.phase : '';
  return [name, steps, moved].filter(Boolean).join(', ');
}

/** The data of an event as names and values, nested ones by their path. */
export function facts(data, before = '') {
  return Object.entries(data).flatMap(([name, value]) => {
    const path = before + name.replaceAll('_', ' ');
    return value && typeof value === 'object' && !Array.isArray(value) ? facts(value, path + ', ') : [[path, Array.isArray(value)
        ? value.join(', ') : String(value)]];
  });
}
