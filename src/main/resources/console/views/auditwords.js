// The words of the audit trail in plain language: actions, kinds of things, and what was found when the chain was verified.
import { html } from '../lib.js';

/** The filters of records, as they stand in the address. */
export const FILTERS = ['actor', 'action', 'outcome', 'name', 'resource', 'from', 'to'];

export const unfiltered = () => Object.fromEntries(FILTERS.map((field) => [field, '']));

/** [what they are about, [the API's word, in plain language]] */
export const ACTIONS = [
  ['Secrets', [
    ['secret_create', 'Create a secret'], ['secret_change', 'Change a secret'], ['secret_delete', 'Delete a secret'],
    ['secret_restore', 'Restore a secret or a version'], ['secret_destroy', 'Destroy a version'],
    ['secret_force_delete', 'Delete a secret that is in use'], ['secret_purge', 'Remove a secret from the trash for good'],
    ['secret_clone', 'Clone a secret'], ['secret_reveal', 'Look at a value'],
    ['secret_reveal_strict', 'Look at a value where only editors may'], ['secret_share', 'Share a secret, or stop sharing it'],
    ['secret_adopt', 'Adopt a shared secret, or give it up'], ['secret_list', 'See which secrets there are'],
    ['secret_read_metadata', 'See what is known of a secret'],
  ]],
  ['Rotations', [
    ['rotation_start', 'Start a rotation'], ['rotation_read', 'See rotations'],
    ['rotation_force', 'Steer a rotation: abort, retire now, policy'], ['rotation_step', 'Carry a rotation on'],
  ]],
  ['Runs and leases', [
    ['run_open', 'Open a run'], ['run_beat', 'Say that a run goes on'], ['run_end', 'End a run'], ['run_read', 'See runs'],
    ['lease_grant', 'Lease a secret: get its value'], ['lease_renew', 'Renew a lease'], ['lease_read', 'See leases'],
    ['lease_revoke', 'Revoke a lease'],
  ]],
  ['Environments', [
    ['environment_change', 'Change an environment'], ['environment_read', 'See environments'],
    ['resolve', 'Explain what an environment gets'],
  ]],
  ['Access', [
    ['account_admin', 'Change a service account or its keys'], ['account_read', 'See service accounts'],
    ['role_admin', 'Give a role, or take one away'], ['role_read', 'See roles'],
    ['identity_admin', 'Change an identity provider'], ['identity_read', 'See identity providers'],
    ['project_admin', 'Create or change a project'], ['project_quota', 'Set a project’s limits'],
    ['project_read', 'See projects'], ['community_admin', 'Create or change a community'],
    ['community_read', 'See communities'], ['domain_admin', 'Create or change a domain'], ['domain_read', 'See domains'],
  ]],
  ['Events and webhooks', [
    ['event_read', 'Read events'], ['subscription_use', 'Use a subscription'], ['webhook_admin', 'Change a webhook'],
    ['webhook_read', 'See webhooks'],
  ]],
  ['Keeping the broker', [
    ['audit_read', 'Read the audit trail'], ['quota_read', 'See limits'], ['operation_read', 'See long work'],
    ['tenant_operate', 'Operate tenants and keys'],
  ]],
];

const TITLES = new Map(ACTIONS.flatMap(([, all]) => all));
const apart = (word) => word.replaceAll('_', ' ');

export const actionTitle = (word) => TITLES.get(word) || apart(word);

const KINDS = {
  secret: 'secret', rotation: 'rotation', environment: 'environment', run: 'run', lease: 'lease', project: 'project',
  community: 'community', domain: 'domain', service_account: 'service account', role_binding: 'role', webhook: 'webhook',
  delivery: 'delivery of a webhook', identity_provider: 'identity provider', external_subject: 'identity from outside',
  event: 'events', subscription: 'subscription', stream_ticket: 'ticket for a stream', audit: 'audit trail', tenant: 'tenant',
  tenant_key: 'key of the tenant', root_key: 'root key', operation: 'long work', quota: 'limits', node: 'node',
  restore: 'restore of a backup',
};

export const kindTitle = (word) => KINDS[word] || apart(word);

const about = (n) => `Record ${n.toLocaleString('en')}`;

/** What the verification found, as [what is wrong, what it means]: of the kinds that `hushbus audit verify` names. */
const FINDINGS = {
  EDITED: ({ sequence }) => [`${about(sequence)} was changed after it was sealed`,
    'What it says does not fit the hash that was made of it. What it said before cannot be told from the chain.'],
  DELETED: ({ sequence }) => [`${about(sequence)} is missing`, 'It was taken out: there are later ones, and not this one.'],
  DUPLICATED: ({ sequence }) => [`${about(sequence)} is there twice`, 'A copy of it was put into the chain.'],
  REORDERED: ({ sequence }) => [`${about(sequence)} is not in its place`, 'Records were moved, or taken out and numbered anew.'],
  TRUNCATED: ({ sequence, checkpoint }) => [`${about(sequence)} and all after it are missing`,
    checkpoint ? `They were there: a checkpoint up to record ${checkpoint.toLocaleString('en')} was signed.`
      : 'They were there: the end of the chain says so.'],
  APPENDED: ({ sequence }) => [`${about(sequence)} stands after the end of the chain`, 'It was put there, and never sealed.'],
  REWRITTEN: ({ sequence }) => [`The records up to ${sequence.toLocaleString('en')} were rewritten`,
    'They fit each other, but not the checkpoint that was signed over them.'],
  BAD_SIGNATURE: ({ sequence }) => [`The checkpoint at record ${sequence.toLocaleString('en')} has a wrong signature`,
    'It was changed, or it was not signed by the broker’s key.'],
  UNKNOWN_KEY: ({ sequence }) => [`The checkpoint at record ${sequence.toLocaleString('en')} is signed with an unknown key`,
    'Whoever signed it has not the key that counts here.'],
  WRONG_CHAIN: ({ sequence }) => [sequence ? `The checkpoint at record ${sequence.toLocaleString('en')} is of another chain`
    : 'This is the chain of another organization', 'It belongs to another organization or another installation.'],
  NO_ANCHOR: () => ['The file of checkpoints says nothing about this chain', 'It is of another organization or installation.'],
  INCOMPLETE: ({ sequence }) => [`The answer was cut off after record ${(sequence - 1).toLocaleString('en')}`,
    'That may be the network: verify again. If it stops there again, something is wrong.'],
  MALFORMED: ({ sequence }) => [sequence ? `What should be record ${sequence.toLocaleString('en')} cannot be read`
    : 'What the broker gave is no chain', 'It does not have the form that the broker writes.'],
};

export const findingWords = (finding) => FINDINGS[finding.kind](finding);

const named = (one) => (one.resource_name ? html`<b>${one.resource_name}</b>`
  : one.resource_id && html`<code>${one.resource_id.slice(-8)}</code>`);

/** A record's thing in a few words. */
export const thing = (one) => (one.resource_kind === 'role_binding' && one.detail?.role ? html`role <b>${one.detail.role}</b>`
  : html`${kindTitle(one.resource_kind)} ${named(one)}${one.version ? `, version ${one.version}` : ''}`);
