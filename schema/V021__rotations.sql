-- Rotations: the change from one version of a secret to the next, until nobody holds the one before.

-- The end of its holders' time, once a version was replaced; part of what row_mac covers. NULL while the content is the current one.
ALTER TABLE secret_version ADD COLUMN valid_until timestamptz(3);
-- The rotation that its newest version began with.
ALTER TABLE secret ADD COLUMN rotation_id uuid;

-- row_mac covers all but what the loop keeps for itself (told_*, visit_at, swept_at). Staged: the canaries and waves who get the new
-- version before the others, as shares of a hundred. What became of the holders is written when it ends.
CREATE TABLE rotation (
  tenant_id        uuid NOT NULL,
  rotation_id      uuid NOT NULL,
  secret_id        uuid NOT NULL,
  project_id       uuid,
  domain_id        uuid,
  from_version     int NOT NULL,
  to_version       int NOT NULL CHECK (to_version > from_version),
  strategy         text NOT NULL CHECK (strategy IN ('drain', 'immediate', 'staged')),
  phase            text NOT NULL CHECK (phase IN ('staged', 'draining', 'completed', 'aborted', 'superseded', 'failed')),
  grace_seconds    bigint NOT NULL CHECK (grace_seconds >= 0),
  deadline         timestamptz(3),
  canary_runs      uuid[] NOT NULL DEFAULT '{}',
  canary_leases    uuid[] NOT NULL DEFAULT '{}',
  waves            int[] NOT NULL DEFAULT '{}',
  pause_seconds    bigint NOT NULL DEFAULT 0,
  stage            int NOT NULL DEFAULT 0,
  stage_at         timestamptz(3),
  started_by       text NOT NULL,
  started_at       timestamptz(3) NOT NULL,
  ended_at         timestamptz(3),
  undoes           uuid,
  total            bigint,
  moved            bigint,
  failed           bigint,
  laggards         bigint,
  laggard_leases   uuid[] NOT NULL DEFAULT '{}',
  laggard_holders  text[] NOT NULL DEFAULT '{}',
  told_moved       bigint NOT NULL DEFAULT 0,
  told_failed      bigint NOT NULL DEFAULT 0,
  told_at          timestamptz(3),
  visit_at         timestamptz(3) NOT NULL DEFAULT '-infinity',
  swept_at         timestamptz(3),
  mac_generation   int NOT NULL,
  row_mac          bytea NOT NULL,
  PRIMARY KEY (tenant_id, rotation_id),
  FOREIGN KEY (tenant_id, secret_id) REFERENCES secret ON DELETE CASCADE,
  CHECK ((ended_at IS NULL) = (phase IN ('staged', 'draining')))
) WITH (fillfactor = 70);
CREATE INDEX rotation_of_secret ON rotation (tenant_id, secret_id, rotation_id DESC);
-- One at a time goes on for a secret.
CREATE UNIQUE INDEX rotation_under_way ON rotation (tenant_id, secret_id) WHERE ended_at IS NULL;
CREATE INDEX rotation_to_visit ON rotation (visit_at) WHERE swept_at IS NULL;

-- When a secret is to be rotated, and where the new value comes from. "cron" is read in "zone". A hook's key is sealed like a value.
CREATE TABLE rotation_policy (
  tenant_id        uuid NOT NULL,
  secret_id        uuid NOT NULL,
  every_seconds    bigint CHECK (every_seconds > 0),
  cron             text,
  zone             text NOT NULL DEFAULT 'UTC',
  source           text NOT NULL CHECK (source IN ('generate', 'hook', 'manual')),
  definition       text NOT NULL,
  strategy         text NOT NULL CHECK (strategy IN ('drain', 'immediate')),
  grace_seconds    bigint,
  hook_key         bytea,
  revision         bigint NOT NULL,
  created_by       text NOT NULL,
  updated_at       timestamptz(3) NOT NULL,
  anchor_at        timestamptz(3) NOT NULL,
  next_due_at      timestamptz(3) NOT NULL,
  reminded_for     timestamptz(3),
  overdue_for      timestamptz(3),
  attempts         int NOT NULL DEFAULT 0,
  retry_at         timestamptz(3),
  mac_generation   int NOT NULL,
  row_mac          bytea NOT NULL,
  PRIMARY KEY (tenant_id, secret_id),
  FOREIGN KEY (tenant_id, secret_id) REFERENCES secret ON DELETE CASCADE,
  CHECK ((every_seconds IS NULL) <> (cron IS NULL))
);
CREATE INDEX rotation_policy_due ON rotation_policy (next_due_at);

-- Where a hook stands with one rotation: each step is asked for again until it is answered, under the same id.
CREATE TABLE rotation_hook (
  tenant_id    uuid NOT NULL,
  hook_id      uuid NOT NULL,
  secret_id    uuid NOT NULL,
  step         text NOT NULL CHECK (step IN ('create', 'test', 'finish', 'revoke', 'done', 'failed')),
  version      int,
  rotation_id  uuid,
  attempts     int NOT NULL DEFAULT 0,
  next_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  started_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, hook_id),
  FOREIGN KEY (tenant_id, secret_id) REFERENCES secret ON DELETE CASCADE
);
CREATE INDEX rotation_hook_due ON rotation_hook (next_at) WHERE step NOT IN ('done', 'failed');

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['rotation', 'rotation_policy', 'rotation_hook'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON rotation, rotation_hook TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, UPDATE, DELETE ON rotation_policy TO ${app_role}, ${system_role};
