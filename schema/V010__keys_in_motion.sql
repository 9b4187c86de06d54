-- Long work that a request only starts. It belongs to the tenant that may look at it; the system's own belongs to the operators'.
-- "place" says where the work goes on, in the words of its kind; it moves in the transaction of the batch that it counts.
CREATE TABLE operation (
  operation_id  uuid PRIMARY KEY,
  tenant_id     uuid NOT NULL REFERENCES tenant,
  kind          text NOT NULL,
  state         text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')),
  place         text NOT NULL DEFAULT '',
  done          bigint NOT NULL DEFAULT 0,
  total         bigint,
  problem       text,
  attempts      int NOT NULL DEFAULT 0,
  requested_by  text NOT NULL,
  not_before    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  created_at    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  started_at    timestamptz(3),
  updated_at    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  ended_at      timestamptz(3)
);
CREATE UNIQUE INDEX operation_under_way ON operation (tenant_id, kind) WHERE state IN ('pending', 'running');

-- A generation is primary, then draining until nothing refers to it, then retired until no backup needs it, then gone.
ALTER TABLE tenant_key
  ADD COLUMN superseded_at timestamptz(3),
  ADD COLUMN retired_at timestamptz(3),
  ADD CHECK (is_primary = (superseded_at IS NULL)),
  ADD CHECK (retired_at >= superseded_at);

-- The root key that wraps what is written while the root is rotated; NULL when it is not.
ALTER TABLE installation ADD COLUMN next_root_key_id text;

ALTER TABLE operation ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON operation TO ${app_role} USING
  (tenant_id = ANY ((SELECT current_setting('hushbus.tenants')::uuid[])::uuid[]));
CREATE POLICY every_tenant ON operation TO ${system_role} USING (true);

GRANT SELECT ON operation TO ${app_role};
GRANT SELECT, INSERT, UPDATE ON operation TO ${system_role};
GRANT DELETE ON tenant_key TO ${system_role};
GRANT UPDATE ON installation, system_key TO ${system_role};
