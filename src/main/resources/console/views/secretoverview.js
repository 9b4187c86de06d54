// What a secret is, and how a program gets it.
import { html } from '../lib.js';
import { useMay } from '../scope.js';
import { Button, Facts, Panel, Tag, Time, plural, scopeText } from '../ui/basic.js';
import { Who } from '../ui/people.js';
import { typeTitle } from '../ui/value.js';
import { Samples } from './secretcode.js';
import { RotationState, holdersHref, holdersText, secretHref, useProject } from './secretparts.js';
import { mayReveal } from './secretreveal.js';
import { durationText } from './secretsettings.js';

export function Overview({ secret, policy, people, onEdit, onReveal }) {
  const may = useMay();
  const own = !secret.adoption;
  return html`
    <div class="secret-grid">
      <div class="stack">
        <${Panel} title="Value"><div class="stack tight">
          <${Facts} of=${[
            ['Type', typeTitle(secret.type)],
            ['Version', html`${secret.current_version}, <${Time} at=${secret.version_created_at || secret.updated_at} />`],
            secret.type === 'key_value' ? ['Keys',
              html`<span class="row">${secret.keys.map((key) => html`<${Tag} key=${key}>${key}</${Tag}>`)}</span>`] : ['', ''],
            secret.type === 'file' ? ['File', html`<${Tag}>${secret.keys[0]}</${Tag}>`] : ['', ''],
            ['Holders', secret.holders === undefined ? '' : secret.holders === 0 ? 'Nobody now'
              : html`<a href=${holdersHref(secret)}>${holdersText(secret.holders)} now</a>`],
            ['Rotation', own ? html`<${RotationState} item=${{ ...secret, rotation_due: policy?.next_due_at }} />` : ''],
          ]} />
          <${Shown} secret=${secret} onReveal=${onReveal} />
        </div></${Panel}>
        <${Panel} title="About it" actions=${own && may('secret_change') && html`<${Button} onClick=${onEdit}>Edit</${Button}>`}>
          <${Facts} of=${[
            ['Description', secret.description],
            ['Scope', scopeText(secret)],
            ['Labels', Object.keys(secret.labels).length === 0 ? ''
              : html`<span class="row">${Object.entries(secret.labels).map(([name, value]) => html`<${Tag} key=${name}>
              ${name}=${value}</${Tag}>`)}</span>`],
            ['Created', html`<${Time} at=${secret.created_at} /> by <${Who} people=${people} is=${secret.created_by} />`],
            ['Keeps', plural(secret.max_versions, 'version')],
            ['Longest lease', secret.max_lease_seconds && durationText(secret.max_lease_seconds)],
            ['Changes', secret.cas_required ? 'must say which version they replace' : ''],
            ['Cloned from', secret.origin && `version ${secret.origin.version} of another secret`],
          ]} />
        </${Panel}>
      </div>
      <${Panel} title="Use it in a program"><${Samples} secret=${secret} /></${Panel}>
    </div>
    ${own && html`<p class="muted small list-foot"><a
      href=${secretHref(secret,
        'use')}>Who uses it</a> says which environments, projects and programs would be touched by a change.</p>`}`;
}

/** Whether a person may see the value, and why not. */
function Shown({ secret, onReveal }) {
  const may = useMay();
  const project = useProject();
  if (secret.adoption) {
    return html`<p class="small muted">Adopted values are shown to nobody; programs lease them.</p>`;
  }
  if (mayReveal(may, project)) {
    return html`<div><${Button} icon="eye" onClick=${onReveal}>Show the value</${Button}></div>`;
  }
  return html`<p class="small muted">${!secret.project ? 'Values of no project are shown to nobody; programs lease them.'
    : project?.reveal === 'off' ? `Project ${secret.project} shows values to nobody; programs lease them.`
    : 'Your roles do not show values; programs lease them.'}</p>`;
}
