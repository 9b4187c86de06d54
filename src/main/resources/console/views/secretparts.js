// What the pages of secrets say alike: where a secret is, how it stands, where to go from it.
import { html } from '../lib.js';
import { href } from '../router.js';
import { useMay, usePlaces, useScope } from '../scope.js';
import { Badge, PageHead, Tabs, relative, scopeText } from '../ui/basic.js';
import { typeTitle } from '../ui/value.js';

const MOST_COUNTED = 10_000;
const PHASES = { staged: 'Staged rotation', draining: 'Rotating' };

/** {project, domain} of a secret, with empty texts where it is in none, as href() wants it. */
export const placeOf = (item) => ({ project: item?.project || '', domain: item?.domain || '' });

/** A scope within a sentence. */
export const scopeName = (scope) => (scope?.project || scope?.domain ? scopeText(scope) : 'the organization');

export const secretHref = (item, tab) => href(['secrets', item.name, ...(tab ? [tab] : [])], placeOf(item));

/** Where new values of a secret can be begun and followed; that is the matter of another view. */
export const rotateHref = (item) => href(['rotations', 'new', item.name], placeOf(item));
export const rotationsHref = (item) => href(['rotations'], { ...placeOf(item), secret: item.id });
export const rotationHref = (id) => href(['rotations', id]);
export const environmentHref = (one) => href(['environments', one.name], placeOf(one));
export const holdersHref = (item) => href(['rotations', 'holders', item.name], placeOf(item));

export const Type = ({ type }) => html`<span class="nowrap">${typeTitle(type)}</span>`;

export const holdersText = (count) => (count >= MOST_COUNTED ? '10,000 or more' : count.toLocaleString('en'));

export const Holders = ({ item }) =>
  item.holders === undefined ? '–' : item.holders === 0 ? html`<span class="muted">0</span>`
    : html`<a href=${holdersHref(item)} aria-label=${`${holdersText(item.holders)} holders of ${item.name}`}>
    ${holdersText(item.holders)}</a>`;

/** How it stands with rotations, from what a list with use=true says. */
export function RotationState({ item }) {
  if (item.rotation_phase) {
    return html`<a href=${rotationHref(item.rotation)}><${Badge} kind="wait">
      ${PHASES[item.rotation_phase] || item.rotation_phase}</${Badge}></a>`;
  }
  if (item.rotation_due && new Date(item.rotation_due) < Date.now()) {
    return html`<${Badge} kind="bad">Overdue ${relative(item.rotation_due)}</${Badge}>`;
  }
  if (item.rotation_due) {
    return html`<${Badge} kind="info">Due ${relative(item.rotation_due)}</${Badge}>`;
  }
  return item.rotation ? html`<${Badge} kind="good">Rotated</${Badge}>` : html`<span class="muted">Never rotated</span>`;
}

/** The project of the address, if the caller may see it. */
export function useProject() {
  const { project } = useScope();
  return usePlaces().projects.find((one) => one.name === project);
}

/** The head of a list of secrets, and what other lists there are of this scope. */
export function ListHead({ title, current, actions, children }) {
  const scope = useScope();
  const may = useMay();
  const project = useProject();
  const lists = [
    ['here', scope.project || scope.domain ? 'Of this scope' : 'All', href(['secrets'])],
    (scope.project || scope.domain) && ['inherited', 'With inherited', href(['secrets'], { inherited: 1 })],
    project?.community && may('secret_adopt') && ['shared', 'Shared with us', href(['secrets', '-', 'shared'])],
    may('secret_restore') && ['trash', 'Trash', href(['secrets', '-', 'trash'])],
  ].filter(Boolean);
  return html`
    <${PageHead} title=${title} actions=${actions}>
      ${children || html`In ${scopeText(scope) === 'organization' ? 'the organization, where every project inherits them'
        : html`<b>${scopeText(scope)}</b>`}.`}</${PageHead}>
    <${Tabs} label="Lists of secrets" current=${current} of=${lists} />`;
}
