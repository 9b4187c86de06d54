// The project and domain that one looks at: in the address, so that a link shows the same to everybody.
import { html, createContext, useContext } from './lib.js';
import { get } from './api.js';
import { useLoad, usePlace } from './hooks.js';
import { go, place } from './router.js';
import { may, mayInTenant } from './session.js';

const EVERYTHING = 500;
const Places = createContext({ projects: [], domains: [] });

/** {projects: [{id, name, ...}], domains: [{name, ...}], reload} as far as the caller may see them. */
export const usePlaces = () => useContext(Places);

/** Loads projects and domains for everything within. */
export function PlacesOf({ children }) {
  const state = useLoad(async (signal) => {
    const asked = (allowed, path, field) =>
      allowed ? get(path, { page_size: EVERYTHING }, { signal }).then((page) => page[field], () => []) : [];
    const [projects, domains] = await Promise.all([
      asked(may('project_read'), '/projects', 'projects'),
      asked(may('domain_read'), '/domains', 'domains'),
    ]);
    return { projects, domains };
  }, []);
  const known = state.data || { projects: [], domains: [] };
  return html`<${Places.Provider}
      value=${{ ...known, reload: state.reload, loaded: !!state.data }}>${children}</${Places.Provider}>`;
}

/** {project, domain}, either may be empty: the scope in the address. */
export function useScope() {
  const { query } = usePlace();
  return { project: query.project || '', domain: query.domain || '' };
}

/** The id of the project in the address, if the caller may see it. */
export function useProjectId() {
  const { project } = useScope();
  return usePlaces().projects.find((one) => one.name === project)?.id;
}

/** (action) => whether the caller may do this in the scope of the address. */
export function useMay() {
  const { project } = useScope();
  const id = useProjectId();
  return (action) => (project ? may(action, id) : mayInTenant(action));
}

/** Chooses project and domain. Moving to another scope shows the list that one is in. */
export function ScopePicker() {
  const { project, domain } = useScope();
  const { projects, domains } = usePlaces();
  const choose = (scope) => go(place().path.slice(0, 1), { project, domain, ...scope });
  const named = (all, now) => (now && !all.some((one) => one.name === now) ? [...all, { name: now }] : all);
  return html`
    <div class="scope">
      <select aria-label="Project" title=${project} onChange=${(event) => choose({ project: event.target.value })}>
        <option value="" selected=${!project}>All of the organization</option>
        ${named(projects, project).map((one) =>
            html`<option key=${one.name} value=${one.name} selected=${one.name === project}>${one.name}</option>`)}
      </select>
      <select aria-label="Domain" title=${domain} onChange=${(event) => choose({ domain: event.target.value })}>
        <option value="" selected=${!domain}>No domain</option>
        ${named(domains, domain).map((one) =>
            html`<option key=${one.name} value=${one.name} selected=${one.name === domain}>${one.name}</option>`)}
      </select>
    </div>`;
}
