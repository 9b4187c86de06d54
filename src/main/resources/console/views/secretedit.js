// What is said about a secret: its description, labels and settings. Name and value stay.
import { html, useState } from '../lib.js';
import { patch, scopeQuery, seg } from '../api.js';
import { useAction } from '../hooks.js';
import { FormDialog } from '../ui/dialog.js';
import { toast } from '../ui/toast.js';
import { Refused } from './secretrefused.js';
import { SettingsFields, durationText, secondsOf, settingFaults } from './secretsettings.js';

export function EditSecret({ secret: now, onClose, onDone }) {
  const [secret] = useState(now); // as it was when editing began, so that what others change meanwhile is not undone
  const [settings, set] = useState({
    description: secret.description || '', labels: secret.labels, max_versions: String(secret.max_versions),
    lease: secret.max_lease_seconds ? durationText(secret.max_lease_seconds) : '', cas_required: secret.cas_required,
  });
  const changes = changed(secret, settings);
  const wrong = Object.keys(settingFaults(settings)).length > 0;
  const editing = useAction(async () => {
    if (Object.keys(changes).length === 0) {
      onClose();
      return;
    }
    const { data } = await patch(`/secrets/${seg(secret.name)}/metadata`, changes, { query: scopeQuery(secret),
      headers: { 'If-Match': `"${secret.metadata_sequence}"` } });
    toast(`Changed ${data.name}.`);
    onDone();
  });
  return html`
    <${FormDialog} title=${`Edit ${secret.name}`} action="Save" onClose=${onClose} onSubmit=${editing.run} busy=${editing.busy}
      unready=${wrong}>
      <${SettingsFields} value=${settings} onValue=${set} problem=${editing.problem} open=${true} />
      <${Refused} problem=${editing.problem} secret=${secret} />
    </${FormDialog}>`;
}

/** Only what is another thing than before; of labels each for itself. */
function changed(secret, settings) {
  const labels = {};
  Object.keys(secret.labels).filter((key) => !(key in settings.labels)).forEach((key) => (labels[key] = null));
  Object.entries(settings.labels).filter(([key, value]) => secret.labels[key] !== value).forEach(([key,
    value]) => (labels[key] = value));
  const changes = {};
  const put = (field, value, was) => value !== was && (changes[field] = value);
  put('description', settings.description, secret.description || '');
  put('max_versions', Number(settings.max_versions), secret.max_versions);
  put('max_lease_seconds', settings.lease ? secondsOf(settings.lease) : null, secret.max_lease_seconds ?? null);
  put('cas_required', !!settings.cas_required, !!secret.cas_required);
  return Object.keys(labels).length ? { ...changes, labels } : changes;
}
