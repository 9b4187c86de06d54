-- Environments: what a task needs, by the names that it resolves in its own scope. Scope columns as in table secret.
CREATE TABLE environment (
  tenant_id       uuid NOT NULL REFERENCES tenant,
  environment_id  uuid NOT NULL,
  project_id      uuid,
  domain_id       uuid,
  scope_project   uuid NOT NULL GENERATED ALWAYS AS (coalesce(project_id, '00000000-0000-0000-0000-000000000000')) STORED,
  scope_domain    uuid NOT NULL GENERATED ALWAYS AS (coalesce(domain_id, '00000000-0000-0000-0000-000000000000')) STORED,
  name            text NOT NULL,
  folded_name     text NOT NULL,
  description     text NOT NULL,
  needs           jsonb NOT NULL,
  revision        bigint NOT NULL CHECK (revision >= 1),
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL,
  updated_by      text NOT NULL,
  updated_at      timestamptz(3) NOT NULL,
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, environment_id),
  CONSTRAINT environment_name_taken UNIQUE (tenant_id, scope_project, scope_domain, folded_name),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project,
  FOREIGN KEY (tenant_id, domain_id) REFERENCES domain
);

-- The names that an environment needs, to find it by them. Nothing is decided by these rows but where to look.
CREATE TABLE environment_need (
  tenant_id       uuid NOT NULL,
  folded_name     text NOT NULL,
  environment_id  uuid NOT NULL,
  PRIMARY KEY (tenant_id, folded_name, environment_id),
  FOREIGN KEY (tenant_id, environment_id) REFERENCES environment ON DELETE CASCADE
);
CREATE INDEX environment_need_of ON environment_need (tenant_id, environment_id);

-- Of each entry, in the order of entry_names: how many bytes it has, and whether one of them is zero, which no environment variable
-- can have. NULL of versions that were written before.
ALTER TABLE secret_version
  ADD COLUMN entry_sizes int[],
  ADD COLUMN entry_zeros boolean[];

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['environment', 'environment_need'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON environment TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, DELETE ON environment_need TO ${app_role}, ${system_role};
