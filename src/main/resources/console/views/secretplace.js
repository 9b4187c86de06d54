// The scope that a new secret is made in: only those where the caller may.
import { html } from '../lib.js';
import { usePlaces } from '../scope.js';
import { may, mayInTenant } from '../session.js';
import { Select } from '../ui/field.js';

/** scope: {project, domain}; onScope: with another. */
export function Place({ scope, onScope }) {
  const { projects, domains } = usePlaces();
  const open = projects.filter((one) => may('secret_create', one.id));
  return html`
    <div class="grid">
      <${Select} label="Project" value=${scope.project} onValue=${(project) => onScope({ ...scope, project })}
        of=${[...(mayInTenant('secret_create') ? [['', 'None: every project inherits it']] : []), ...open.map((one) => [one.name,
          one.name])]} />
      <${Select} label="Domain" value=${scope.domain} onValue=${(domain) => onScope({ ...scope, domain })}
        of=${[['', 'None: for all domains'], ...domains.map((one) => [one.name, one.name])]} />
    </div>`;
}
