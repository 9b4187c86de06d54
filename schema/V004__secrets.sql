-- The head of a secret: where it lives, what it is, which version is current. Every change raises meta_seq and renews row_mac,
-- which covers the columns that decide anything; a row edited by another hand is refused.
-- Scope: project and domain, either or both absent. The scope_ columns fold "absent" into the nil UUID, so that look-ups are equalities.
CREATE TABLE secret (
  tenant_id        uuid NOT NULL REFERENCES tenant,
  secret_id        uuid NOT NULL,
  project_id       uuid,
  domain_id        uuid,
  scope_project    uuid NOT NULL GENERATED ALWAYS AS (coalesce(project_id, '00000000-0000-0000-0000-000000000000')) STORED,
  scope_domain     uuid NOT NULL GENERATED ALWAYS AS (coalesce(domain_id, '00000000-0000-0000-0000-000000000000')) STORED,
  name             text NOT NULL,
  folded_name      text NOT NULL,
  type             text NOT NULL,
  description      text NOT NULL DEFAULT '',
  labels           jsonb NOT NULL DEFAULT '{}',
  entry_names      text[] NOT NULL,
  current_version  int NOT NULL CHECK (current_version >= 1),
  next_version     int NOT NULL CHECK (next_version > current_version),
  max_versions     int NOT NULL CHECK (max_versions BETWEEN 1 AND 100),
  cas_required     boolean NOT NULL DEFAULT false,
  meta_seq         bigint NOT NULL,
  created_by       text NOT NULL,
  created_at       timestamptz(3) NOT NULL,
  updated_at       timestamptz(3) NOT NULL,
  deleted_at       timestamptz(3),
  mac_generation   int NOT NULL,
  row_mac          bytea NOT NULL,
  PRIMARY KEY (tenant_id, secret_id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project,
  FOREIGN KEY (tenant_id, domain_id) REFERENCES domain
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX secret_name_taken ON secret (tenant_id, scope_project, scope_domain, folded_name) WHERE deleted_at IS NULL;

-- One immutable payload, sealed. Destroying it empties "sealed". row_mac covers its state.
CREATE TABLE secret_version (
  tenant_id       uuid NOT NULL,
  secret_id       uuid NOT NULL,
  version         int NOT NULL CHECK (version >= 1),
  state           text NOT NULL CHECK (state IN ('pending', 'current', 'previous', 'retired', 'destroyed')),
  sealed          bytea,
  size_bytes      int NOT NULL,
  entry_names     text[] NOT NULL,
  digest          bytea NOT NULL,
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL,
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, secret_id, version),
  FOREIGN KEY (tenant_id, secret_id) REFERENCES secret,
  CHECK ((state = 'destroyed') = (sealed IS NULL))
);

-- The highest version number ever given under a name in a scope. Outlives the secret, so that numbers are never used again.
CREATE TABLE version_mark (
  tenant_id      uuid NOT NULL REFERENCES tenant,
  scope_project  uuid NOT NULL,
  scope_domain   uuid NOT NULL,
  folded_name    text NOT NULL,
  high_water     int NOT NULL,
  PRIMARY KEY (tenant_id, scope_project, scope_domain, folded_name)
);
