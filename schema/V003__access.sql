-- An identity for programs. Its keys are separate rows, so that they can be rolled while both work.
CREATE TABLE service_account (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  account_id   uuid NOT NULL,
  name         text NOT NULL,
  folded_name  text NOT NULL,
  description  text NOT NULL DEFAULT '',
  created_by   text NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  deleted_at   timestamptz(3),
  PRIMARY KEY (tenant_id, account_id)
);
CREATE UNIQUE INDEX service_account_name_taken ON service_account (tenant_id, folded_name) WHERE deleted_at IS NULL;

-- A key is found by its keyed hash; the key itself is nowhere. "hint" is its last four characters, for people who compare.
-- The row MAC covers what makes the key work. A key that is revoked loses it, so that taking back the revocation alone is not enough.
CREATE TABLE service_account_key (
  tenant_id          uuid NOT NULL,
  key_id             uuid NOT NULL,
  account_id         uuid NOT NULL,
  mac                bytea NOT NULL,
  pepper_generation  int NOT NULL,
  hint               text NOT NULL,
  created_by         text NOT NULL,
  created_at         timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  expires_at         timestamptz(3),
  revoked_at         timestamptz(3),
  mac_generation     int NOT NULL,
  row_mac            bytea NOT NULL,
  PRIMARY KEY (tenant_id, key_id),
  FOREIGN KEY (tenant_id, account_id) REFERENCES service_account
);
CREATE UNIQUE INDEX service_account_key_by_mac ON service_account_key (mac);
CREATE INDEX service_account_key_by_account ON service_account_key (tenant_id, account_id);

-- A role for a principal, at the whole tenant (no project) or at one project. A row without its MAC gives nobody anything.
CREATE TABLE role_binding (
  tenant_id       uuid NOT NULL REFERENCES tenant,
  binding_id      uuid NOT NULL,
  principal_kind  text NOT NULL,
  principal_id    uuid NOT NULL,
  role            text NOT NULL,
  project_id      uuid,
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, binding_id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project,
  CONSTRAINT role_binding_exists UNIQUE NULLS NOT DISTINCT (tenant_id, principal_kind, principal_id, role, project_id)
);
