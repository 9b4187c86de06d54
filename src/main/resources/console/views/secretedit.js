// What is said about a secret: its name, description, labels and settings. The value stays.
import { html, useState } from '../lib.js';
import { patch, scopeQuery, seg } from '../api.js';
import { useAction } from '../hooks.js';
import { Note } from '../ui/basic.js';
import { FormDialog } from '../ui/dialog.js';
import { faultAt } from '../ui/editor.js';
import { NameField, isName } from '../ui/name.js';
import { toast } from '../ui/toast.js';
import { Refused } from './secretrefused.js';
import { scopeName, secretHref } from './secretparts.js';
import { SettingsFields, durationText, secondsOf, settingFaults } from './secretsettings.js';

export function EditSecret({ secret: now, onClose, onDone }) {
  const [secret] = useState(now); // as it was when editing began, so that what others change meanwhile is not undone
  const [name, setName] = useState(secret.name);
  const [settings, set] = useState({
    description: secret.description || '', labels: secret.labels, max_versions: String(secret.max_versions),
    lease: secret.max_lease_seconds ? durationText(secret.max_lease_seconds) : '', cas_required: secret.cas_required,
  });
  const changes = changed(secret, name, settings);
  const wrong = !isName(name) || Object.keys(settingFaults(settings)).length > 0;
  const editing = useAction(async () => {
    if (Object.keys(changes).length === 0) {
      onClose();
      return;
    }
    const { data } = await patch(`/secrets/${seg(secret.name)}/metadata`, changes, { query: scopeQuery(secret),
      headers: { 'If-Match': `"${secret.metadata_sequence}"` } });
    toast(changes.name ? `${secret.name} is called ${data.name} now.` : `Changed ${data.name}.`);
    if (changes.name) {
      onClose();
      location.replace(secretHref(data));
      return;
    }
    onDone();
  });
  const taken = editing.problem?.body.reason === 'name_taken';
  return html`
    <${FormDialog} title=${`Edit ${secret.name}`} action="Save" onClose=${onClose} onSubmit=${editing.run} busy=${editing.busy}
      unready=${wrong}>
      <${NameField} value=${name} onValue=${setName}
        fault=${taken ? `There is one of this name in ${scopeName(secret)}.` : faultAt(editing.problem, '/name')} />
      ${name !== secret.name
        && html`<${Note} kind="wait">Programs and environments that ask for ${secret.name} do not find it any more, until they ask for the new name. Leases that live go on.</${Note}>`}
      <${SettingsFields} value=${settings} onValue=${set} problem=${editing.problem} open=${true} />
      ${!taken && html`<${Refused} problem=${editing.problem} secret=${secret} />`}
    </${FormDialog}>`;
}

/** Only what is another thing than before; of labels each for itself. */
function changed(secret, name, settings) {
  const labels = {};
  Object.keys(secret.labels).filter((key) => !(key in settings.labels)).forEach((key) => (labels[key] = null));
  Object.entries(settings.labels).filter(([key, value]) => secret.labels[key] !== value).forEach(([key,
    value]) => (labels[key] = value));
  const changes = {};
  const put = (field, value, was) => value !== was && (changes[field] = value);
  put('name', name, secret.name);
  put('description', settings.description, secret.description || '');
  put('max_versions', Number(settings.max_versions), secret.max_versions);
  put('max_lease_seconds', settings.lease ? secondsOf(settings.lease) : null, secret.max_lease_seconds ?? null);
  put('cas_required', !!settings.cas_required, !!secret.cas_required);
  return Object.keys(labels).length ? { ...changes, labels } : changes;
}
