-- Where a hook stands is under the tenant's key. There is no way over for rows that were written without: this fails where there are any.
ALTER TABLE rotation_hook
  ADD COLUMN mac_generation int NOT NULL,
  ADD COLUMN row_mac bytea NOT NULL;

-- What calls of a secret's hook are signed with: the newest key and, until its time is over, the one before. Sealed as values are.
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
