-- What is left to do after a decision that is in force already.

-- Adoptions that have ended and may have live leases left. Those give no value from the commit on that ended the adoption; what is
-- left is to write it into their rows and to tell it, in slices.
CREATE TABLE adoption_ended (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  adoption_id  uuid NOT NULL,
  share_id     uuid NOT NULL,
  secret_id    uuid NOT NULL,
  project_id   uuid NOT NULL,
  domain_id    uuid,
  name         text NOT NULL,
  folded_name  text NOT NULL,
  ended_at     timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, adoption_id)
);
CREATE INDEX adoption_ended_by_age ON adoption_ended (ended_at);

ALTER TABLE adoption_ended ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON adoption_ended TO ${app_role} USING
  (tenant_id = ANY ((SELECT current_setting('hushbus.tenants')::uuid[])::uuid[]));
CREATE POLICY every_tenant ON adoption_ended TO ${system_role} USING (true);
-- A lock on a row (FOR UPDATE) needs the right to update.
GRANT SELECT, INSERT, UPDATE, DELETE ON adoption_ended TO ${app_role};
GRANT SELECT ON adoption_ended TO ${system_role};
