-- Where a hook stands is under the tenant's key. There is no way over for rows that were written without: this fails where there are any.
ALTER TABLE rotation_hook
  ADD COLUMN mac_generation int NOT NULL,
  ADD COLUMN row_mac bytea NOT NULL;

-- What calls of a secret's hook are signed with: the newest key and, until its time is over, the one before. Sealed as values are.
DO $$
BEGIN
  IF EXISTS (SELECT FROM rotation_policy WHERE hook_key IS NOT NULL) THEN
    RAISE EXCEPTION 'hooks of an earlier version cannot be taken over: remove their policies with that version first, or begin anew';
  END IF;
END $$;
ALTER TABLE rotation_policy DROP COLUMN hook_key;
CREATE TABLE rotation_hook_key (
  tenant_id       uuid NOT NULL,
  secret_id       uuid NOT NULL,
  number          int NOT NULL CHECK (number >= 1),
  sealed          bytea NOT NULL,
  valid_until     timestamptz(3),
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, secret_id, number),
  FOREIGN KEY (tenant_id, secret_id) REFERENCES rotation_policy ON DELETE CASCADE
);

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['rotation_hook_key'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON rotation_hook_key TO ${app_role}, ${system_role};

-- For how long a lease on the secret can be held, renewals included, where that is not as for all (NULL). Under the MAC of the head.
ALTER TABLE secret ADD COLUMN max_lease_seconds bigint CHECK (max_lease_seconds >= 1);

-- What one project may have at a time: as set for all projects of a tenant, else as configured (NULL), or for one of them alone.
ALTER TABLE tenant_quota
  ADD COLUMN project_leases bigint CHECK (project_leases >= 0),
  ADD COLUMN project_runs bigint CHECK (project_runs >= 0);
CREATE TABLE project_quota (
  tenant_id   uuid NOT NULL,
  project_id  uuid NOT NULL,
  leases      bigint CHECK (leases >= 0),
  runs        bigint CHECK (runs >= 0),
  updated_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, project_id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project (tenant_id, project_id) ON DELETE CASCADE
);
ALTER TABLE project_quota ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON project_quota TO ${app_role} USING
  (tenant_id = ANY ((SELECT current_setting('hushbus.tenants')::uuid[])::uuid[]));
CREATE POLICY every_tenant ON project_quota TO ${system_role} USING (true);
GRANT SELECT, INSERT, UPDATE ON project_quota TO ${app_role}, ${system_role};
GRANT DELETE ON project_quota TO ${system_role};

-- What nodes have reserved of each budget: leases or runs, of the tenant as a whole (the zero id) or of one project.
ALTER TABLE lease_share
  ADD COLUMN what text NOT NULL DEFAULT 'leases' CHECK (what IN ('leases', 'runs')),
  ADD COLUMN project_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  DROP CONSTRAINT lease_share_pkey,
  ADD PRIMARY KEY (tenant_id, what, project_id, node_id);
