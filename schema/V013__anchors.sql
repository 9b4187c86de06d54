-- A rotation of a tenant's key puts bindings under the new one; nothing else of them ever changes.
GRANT UPDATE (mac_generation, row_mac) ON role_binding TO ${system_role};

-- What an operator said after the tenant's data was set back: checkpoints from before "at" bind no more. Under a MAC of the broker,
-- so that whoever can set the database back cannot say it.
CREATE TABLE restore_confirmation (
  tenant_id  uuid NOT NULL REFERENCES tenant,
  epoch      bigint NOT NULL,
  at         timestamptz(3) NOT NULL,
  mac        bytea NOT NULL,
  PRIMARY KEY (tenant_id, epoch)
);
ALTER TABLE restore_confirmation ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_tenant ON restore_confirmation TO ${system_role} USING (true);
CREATE POLICY own_tenant ON restore_confirmation TO ${app_role} USING
  (tenant_id = ANY ((SELECT current_setting('hushbus.tenants')::uuid[])::uuid[]));
GRANT SELECT, INSERT ON restore_confirmation TO ${system_role};
