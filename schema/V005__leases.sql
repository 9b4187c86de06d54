-- Recorded possession of one version for a time. Holds no value. Renewals change no indexed column, so they stay in the page (HOT).
CREATE TABLE lease (
  tenant_id       uuid NOT NULL,
  lease_id        uuid NOT NULL,
  secret_id       uuid NOT NULL,
  version         int NOT NULL,
  entry_name      text,
  principal_kind  text NOT NULL,
  principal_id    uuid NOT NULL,
  project_id      uuid,
  domain_id       uuid,
  issued_at       timestamptz(3) NOT NULL,
  expires_at      timestamptz(3) NOT NULL,
  max_expires_at  timestamptz(3) NOT NULL,
  revoked_at      timestamptz(3),
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, lease_id),
  CHECK (expires_at >= issued_at AND expires_at <= max_expires_at)
) WITH (fillfactor = 70);
CREATE INDEX lease_by_secret ON lease (tenant_id, secret_id);

-- What a request with an Idempotency-Key made: ids and keyed hashes only, never a body and never a value.
CREATE TABLE idempotency (
  tenant_id   uuid NOT NULL,
  principal   text NOT NULL,
  key_mac     bytea NOT NULL,
  body_mac    bytea NOT NULL,
  made        uuid[] NOT NULL DEFAULT '{}',
  created_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, principal, key_mac)
);
