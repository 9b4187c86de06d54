// The views: what they are called, who sees them, and where their code is. Each is loaded when it is first opened.
import { isOperator, may } from './session.js';

/** [{id, title, icon, group, seen: whether this caller has any use for it, load: gives the module}] */
export const VIEWS = [
  { id: 'overview', title: 'Overview', icon: 'overview', seen: () => may('secret_list') || may('rotation_read'),
      load: () => import('./views/overview.js') },
  { id: 'secrets', title: 'Secrets', icon: 'secrets', seen: () => may('secret_list'), load: () => import('./views/secrets.js') },
  { id: 'rotations', title: 'Rotations', icon: 'rotation', seen: () => may('rotation_read'),
      load: () => import('./views/rotations.js') },
  { id: 'environments', title: 'Environments', icon: 'environments', seen: () => may('environment_read'),
      load: () => import('./views/environments.js') },
  { id: 'runs', title: 'Runs and leases', icon: 'runs', seen: () => may('run_read') || may('lease_read'),
      load: () => import('./views/runs.js') },
  { id: 'events', title: 'Events and webhooks', icon: 'events', seen: () => may('event_read') || may('webhook_read'),
      load: () => import('./views/events.js') },
  { id: 'access', title: 'Access', icon: 'access', seen: () => may('project_read') || may('account_read') || may('role_read'),
      load: () => import('./views/access.js') },
  { id: 'audit', title: 'Audit', icon: 'audit', seen: () => may('audit_read'), load: () => import('./views/audit.js') },
  { id: 'operator', get title() { return isOperator() ? 'Operator' : 'Limits and work'; }, icon: 'operator',
      seen: () => may('tenant_operate') || may('quota_read'), load: () => import('./views/operator.js') },
];
