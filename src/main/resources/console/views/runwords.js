// What states of runs and leases are called.
import { html } from '../lib.js';
import { caller, mayToOthers } from '../session.js';
import { Badge } from '../ui/basic.js';

const RUNS = { open: ['info', 'Running'], completed: ['good', 'Completed'], expired: ['', 'Time over'], lost: ['bad', 'Lost'] };
const OUTCOMES = { succeeded: ['good', 'Succeeded'], failed: ['bad', 'Failed'], cancelled: ['', 'Cancelled'],
    lost: ['bad', 'Lost'], expired: ['', 'Time over'] };
const LEASES = { active: ['good', 'Live'], expired: ['', 'Expired'], revoked: ['bad', 'Revoked'], ended: ['', 'Ended'] };

export const RUN_CHOICES = [['', 'All states'], ...Object.entries(RUNS).map(([word, [, title]]) => [word, title])];
export const LEASE_CHOICES = [['', 'All states'], ...Object.entries(LEASES).map(([word, [, title]]) => [word, title])];

export function RunBadge({ run }) {
  const [kind, title] = (run.state === 'completed' && OUTCOMES[run.outcome]) || RUNS[run.state] || ['', run.state];
  return html`<${Badge} kind=${kind}>${title}</${Badge}>`;
}

export function LeaseBadge({ lease }) {
  const [kind, title] = LEASES[lease.state] || ['', lease.state];
  return html`<${Badge} kind=${kind}>${title}</${Badge}>`;
}

export const runName = (run) => run.external_id + (run.attempt > 1 ? ', attempt ' + run.attempt : '');

/** Whether the caller may end this lease: any, or one of its own. */
export const mayRevoke = (lease) => mayToOthers('lease_revoke')
  || lease.holder.split(':')[1] === caller().principal.id || lease.opener_name === caller().principal.name;
