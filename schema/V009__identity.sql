-- Whom a tenant lets in on the word of somebody else. "definition" is the JSON of the API with projects by their ids, as text, so that
-- the row MAC is over what was written. "revision" is another one after each change: what was issued under the old one ends.
CREATE TABLE identity_provider (
  tenant_id       uuid NOT NULL REFERENCES tenant,
  provider_id     uuid NOT NULL,
  revision        uuid NOT NULL,
  name            text NOT NULL,
  folded_name     text NOT NULL,
  kind            text NOT NULL,
  issuer          text NOT NULL,
  audience        text NOT NULL,
  definition      text NOT NULL,
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  updated_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, provider_id)
);
CREATE UNIQUE INDEX identity_provider_name_taken ON identity_provider (tenant_id, folded_name);
CREATE UNIQUE INDEX identity_provider_audience_taken ON identity_provider (tenant_id, issuer, audience) WHERE kind = 'jwt';
CREATE UNIQUE INDEX identity_provider_by_revision ON identity_provider (revision);

-- Who stands behind the id of an external principal, for people who read the audit trail. Gives nobody anything, and stays when the provider goes.
CREATE TABLE external_subject (
  tenant_id     uuid NOT NULL REFERENCES tenant,
  principal_id  uuid NOT NULL,
  provider_id   uuid NOT NULL,
  subject       text NOT NULL,
  first_seen_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, principal_id)
);

-- A single-use right to open one stream of notices. The ticket itself is nowhere; "mac" finds it, "content_mac" covers the rest of the row.
CREATE TABLE stream_ticket (
  tenant_id       uuid NOT NULL REFERENCES tenant,
  mac             bytea NOT NULL,
  principal_kind  text NOT NULL,
  principal_id    uuid NOT NULL,
  proof_key       uuid NOT NULL,
  proof_held      bigint,
  proof_ends_at   timestamptz(3),
  query           text NOT NULL,
  expires_at      timestamptz(3) NOT NULL,
  content_mac     bytea NOT NULL,
  PRIMARY KEY (mac)
);
CREATE INDEX stream_ticket_by_end ON stream_ticket (tenant_id, expires_at);

-- Failed logins of one identity from one network. Belongs to no tenant, since what was presented may be nobody; "subject" is a keyed hash of both.
CREATE TABLE login_failure (
  subject       bytea PRIMARY KEY,
  failures      int NOT NULL,
  ends_at       timestamptz(3) NOT NULL,
  locked_until  timestamptz(3)
);
CREATE INDEX login_failure_by_end ON login_failure (ends_at);

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['identity_provider', 'external_subject', 'stream_ticket'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON identity_provider TO ${app_role}, ${system_role};
GRANT SELECT, INSERT ON external_subject TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, DELETE ON stream_ticket TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, UPDATE, DELETE ON login_failure TO ${app_role}, ${system_role};
