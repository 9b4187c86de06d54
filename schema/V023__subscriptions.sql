-- Durable readers of the event log. "acked" is the last event its owner said it has dealt with; what was committed after the row was
-- written lies after it, since the row is written under the counter's lock. The MAC covers who owns it and what it selects, not the place.
CREATE TABLE subscription (
  tenant_id        uuid NOT NULL REFERENCES tenant,
  subscription_id  uuid NOT NULL,
  owner_kind       text NOT NULL,
  owner_id         uuid NOT NULL,
  description      text NOT NULL,
  types            text[] NOT NULL,
  project_id       uuid,
  domain_id        uuid,
  secrets          text[] NOT NULL,
  acked_epoch      bigint NOT NULL,
  acked            bigint NOT NULL,
  acked_at         timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  created_at       timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  mac_generation   int NOT NULL,
  row_mac          bytea NOT NULL,
  PRIMARY KEY (tenant_id, subscription_id)
) WITH (fillfactor = 70);
CREATE INDEX subscription_by_owner ON subscription (tenant_id, owner_kind, owner_id, subscription_id);

-- Endpoints that notices are posted to. The MAC covers what decides: where to, what, on whose rights, under which key. The rest is the
-- place in the log and the state of delivery; "holder" and "fence" say which node is at it, until "held_until".
CREATE TABLE webhook (
  tenant_id       uuid NOT NULL REFERENCES tenant,
  webhook_id      uuid NOT NULL,
  url             text NOT NULL,
  description     text NOT NULL,
  types           text[] NOT NULL,
  project_id      uuid,
  domain_id       uuid,
  secrets         text[] NOT NULL,
  owner_kind      text NOT NULL,
  owner_id        uuid NOT NULL,
  owner_proof     uuid,
  owner_held      bigint,
  key_number      int NOT NULL,
  key_sealed      bytea NOT NULL,
  old_sealed      bytea,
  old_until       timestamptz(3),
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  enabled         boolean NOT NULL DEFAULT true,
  disabled_for    text,
  epoch           bigint NOT NULL,
  position        bigint NOT NULL,
  attempts        int NOT NULL DEFAULT 0,
  failing_since   timestamptz(3),
  next_at         timestamptz(3),
  probe_at        timestamptz(3),
  last_status     text,
  last_at         timestamptz(3),
  holder          uuid,
  fence           bigint NOT NULL DEFAULT 0,
  held_until      timestamptz(3),
  PRIMARY KEY (tenant_id, webhook_id)
) WITH (fillfactor = 50);

-- Events that an endpoint did not take at the first try, and what came of them.
CREATE TABLE webhook_delivery (
  tenant_id    uuid NOT NULL,
  webhook_id   uuid NOT NULL,
  event_id     uuid NOT NULL,
  epoch        bigint NOT NULL,
  position     bigint NOT NULL,
  type         text NOT NULL,
  state        text NOT NULL CHECK (state IN ('retrying', 'parked', 'due', 'delivered', 'lost')),
  attempts     int NOT NULL,
  last_status  text NOT NULL,
  first_at     timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  last_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, webhook_id, event_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook_id) WHERE state = 'due';

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['subscription', 'webhook', 'webhook_delivery'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON subscription, webhook, webhook_delivery TO ${app_role}, ${system_role};
