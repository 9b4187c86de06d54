// What the parts of Access share: rules in words, and the roles explained.
import { get } from '../api.js';
import { useLoad } from '../hooks.js';
import { may } from '../session.js';

const MOST = 500;

export const NAME_RULE = '2 to 63 letters, digits, - or _; first a letter, last a letter or digit. It stays as it is.';

/** Who may look at values, in words: [value, title, explanation]. */
export const REVEAL = [
  ['off', 'Nobody', 'Values reach programs alone; no person can look at one here.'],
  ['editor', 'Editors', 'Editors and admins may look at a value; each look is in the audit trail.'],
  ['developer', 'Developers too', 'Developers, editors and admins may look at a value; each look is in the audit trail.'],
];

/** The roles that can be given, as the broker has them: [word, title, what it lets one do]. */
export const ROLES = [
  ['viewer', 'Viewer', 'Sees what there is (names, versions, rotations, runs and leases), and never a value.'],
  ['developer', 'Developer', 'What a viewer sees; creates, changes and deletes secrets and environments, and starts rotations.'],
  ['editor', 'Editor',
    'What a developer does; destroys versions, forces rotations, revokes leases, ends runs and manages webhooks.'],
  ['admin', 'Admin',
    'What an editor does; says who has access, shares and purges secrets, sets limits and reads the audit trail.'],
  ['runner', 'Runner',
    'For programs: opens runs and gets the values that they need. Sees only its own runs and leases, and changes no secret.'],
  ['auditor', 'Auditor', 'What a viewer sees, with the audit trail, the roles and the identity providers. Changes nothing.'],
];

export const roleTitle = (word) => ROLES.find(([one]) => one === word)?.[1] || (word === 'operator' ? 'Operator' : word);

/** The first 500 communities that the caller may see. */
export function useCommunities() {
  const state = useLoad((signal) => (may('community_read')
    ? get('/communities', { page_size: MOST }, { signal }).then((page) => page.communities) : Promise.resolve([])), []);
  return state.data || [];
}
