-- The nodes that live, each by its own word: one that stops takes its row along, one that dies just says no more.
-- "keys_seen" is the epoch of keys (below) up to which it has dropped what was destroyed.
CREATE TABLE node (
  node_id     uuid PRIMARY KEY,
  started_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  beat_at     timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  keys_seen   bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON node TO ${system_role};

-- Grows with each destruction of keys, in its transaction: whoever sees the new number sees that the keys are gone.
ALTER TABLE installation ADD COLUMN keys_epoch bigint NOT NULL DEFAULT 0;

-- Several generations may be on their way out at once.
DROP INDEX operation_under_way;
CREATE UNIQUE INDEX operation_under_way ON operation (tenant_id, kind)
  WHERE state IN ('pending', 'running') AND kind <> 'key_destruction';

-- Leases that a node may grant out of its tenant's quota without asking again. They count as live until they are returned or over.
CREATE TABLE lease_share (
  tenant_id  uuid NOT NULL REFERENCES tenant,
  node_id    uuid NOT NULL,
  reserved   bigint NOT NULL CHECK (reserved >= 0),
  ends_at    timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, node_id)
) WITH (fillfactor = 50);
ALTER TABLE lease_share ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON lease_share TO ${app_role} USING
  (tenant_id = ANY ((SELECT current_setting('hushbus.tenants')::uuid[])::uuid[]));
CREATE POLICY every_tenant ON lease_share TO ${system_role} USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON lease_share TO ${app_role}, ${system_role};

-- The thumbprint of the client certificate that a lease was got with: it is renewed with that one alone. Under the row's MAC.
ALTER TABLE lease ADD COLUMN bound_to text;
