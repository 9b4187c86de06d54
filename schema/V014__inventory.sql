-- What a tenant is to have: a sum over its heads of secrets, shares and adoptions, which changes in the transaction that changes
-- them. The sum is masked with what "nonce" gives, and the row is under a MAC of the broker. Rows that were removed, hidden or set
-- back by another hand no longer add up to it. An empty MAC: nobody has counted yet.
CREATE TABLE tenant_inventory (
  tenant_id  uuid PRIMARY KEY REFERENCES tenant,
  change     bigint NOT NULL DEFAULT 0,
  secrets    bigint NOT NULL DEFAULT 0,
  highest    bigint NOT NULL DEFAULT 0,
  epoch      bigint NOT NULL DEFAULT 0,
  position   bigint NOT NULL DEFAULT 0,
  nonce      uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  masked     bytea NOT NULL DEFAULT '',
  mac        bytea NOT NULL DEFAULT ''
) WITH (fillfactor = 20);
INSERT INTO tenant_inventory (tenant_id) SELECT tenant_id FROM tenant WHERE state = 'active';

-- When a tenant's rows were last added up, and what was wrong then (NULL: nothing).
CREATE TABLE inventory_check (
  tenant_id   uuid PRIMARY KEY REFERENCES tenant,
  checked_at  timestamptz(3) NOT NULL,
  finding     text
);

-- What a checkpoint says of the inventory; NULL where nobody had counted.
ALTER TABLE audit_checkpoint
  ADD COLUMN change bigint,
  ADD COLUMN secrets bigint,
  ADD COLUMN highest bigint,
  ADD COLUMN epoch bigint,
  ADD COLUMN position bigint,
  ADD COLUMN inventory_mac bytea;

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['tenant_inventory', 'inventory_check'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;
GRANT SELECT, UPDATE ON tenant_inventory TO ${app_role};
GRANT SELECT, INSERT, UPDATE ON tenant_inventory, inventory_check TO ${system_role};
