-- Runs, the leases that belong to them, and what ends many leases at once.

-- One execution of a task. Whether it lives is computed at use, from this row and the database's time; no timer decides it.
-- A heartbeat changes no indexed column, so that it stays in its page (HOT).
CREATE TABLE run (
  tenant_id          uuid NOT NULL,
  run_id             uuid NOT NULL,
  project_id         uuid NOT NULL,
  domain_id          uuid,
  environment        text,
  external_id        text NOT NULL,
  attempt            int NOT NULL CHECK (attempt >= 1),
  opener_kind        text NOT NULL,
  opener_id          uuid NOT NULL,
  token_mac          bytea NOT NULL,
  pepper_generation  int NOT NULL,
  delivery_suite     text,
  delivery_key       text,
  opened_at          timestamptz(3) NOT NULL,
  beat_at            timestamptz(3) NOT NULL,
  lost_at            timestamptz(3) NOT NULL,
  deadline           timestamptz(3),
  ended_at           timestamptz(3),
  outcome            text,
  mac_generation     int NOT NULL,
  row_mac            bytea NOT NULL,
  PRIMARY KEY (tenant_id, run_id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project (tenant_id, project_id),
  CHECK (lost_at > beat_at),
  CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CHECK ((delivery_suite IS NULL) = (delivery_key IS NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX run_attempt ON run (tenant_id, project_id, external_id, attempt);
CREATE UNIQUE INDEX run_token ON run (token_mac);
CREATE INDEX run_open ON run (tenant_id, run_id) WHERE ended_at IS NULL;
CREATE INDEX run_by_end ON run (ended_at) WHERE ended_at IS NOT NULL;

-- The members of a gang: each beats and acknowledges for itself.
CREATE TABLE run_member (
  tenant_id    uuid NOT NULL,
  run_id       uuid NOT NULL,
  member       text NOT NULL,
  attached_at  timestamptz(3) NOT NULL,
  beat_at      timestamptz(3) NOT NULL,
  detached_at  timestamptz(3),
  PRIMARY KEY (tenant_id, run_id, member),
  FOREIGN KEY (tenant_id, run_id) REFERENCES run (tenant_id, run_id) ON DELETE CASCADE
);

-- What a lease is for and what of it is held. "version" is the one taken last, "applied_version" the lowest one still held.
-- A slot is the one live lease of a run on a secret; the statement that grants the next one frees it.
ALTER TABLE lease
  ADD COLUMN run_id uuid,
  ADD COLUMN environment_id uuid,
  ADD COLUMN entry_names text[],
  ADD COLUMN applied_version int,
  ADD COLUMN asked_ttl_ms bigint,
  ADD COLUMN reload text,
  ADD COLUMN max_delay_ms bigint,
  ADD COLUMN ack_version int,
  ADD COLUMN ack_status text,
  ADD COLUMN ack_at timestamptz(3),
  ADD COLUMN ack_detail text CHECK (length(ack_detail) <= 200),
  ADD COLUMN slot boolean NOT NULL DEFAULT false;
UPDATE lease SET applied_version = version;
UPDATE lease SET entry_names = ARRAY[entry_name] WHERE entry_name IS NOT NULL;
ALTER TABLE lease
  ALTER COLUMN applied_version SET NOT NULL,
  DROP COLUMN entry_name,
  ADD CHECK (applied_version <= version);
CREATE UNIQUE INDEX lease_slot ON lease (tenant_id, run_id, secret_id) WHERE slot AND run_id IS NOT NULL;
CREATE INDEX lease_by_run ON lease (tenant_id, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX lease_by_holder ON lease (tenant_id, principal_id);

-- When a lease took each version after its first, and when its holder had it in use.
CREATE TABLE lease_version (
  tenant_id   uuid NOT NULL,
  lease_id    uuid NOT NULL,
  version     int NOT NULL,
  taken_at    timestamptz(3) NOT NULL,
  applied_at  timestamptz(3),
  PRIMARY KEY (tenant_id, lease_id, version),
  FOREIGN KEY (tenant_id, lease_id) REFERENCES lease (tenant_id, lease_id) ON DELETE CASCADE
);

-- What each member of a gang said last of a lease of its run.
CREATE TABLE lease_ack (
  tenant_id        uuid NOT NULL,
  lease_id         uuid NOT NULL,
  member           text NOT NULL,
  applied_version  int,
  version          int NOT NULL,
  status           text NOT NULL,
  at               timestamptz(3) NOT NULL,
  detail           text NOT NULL CHECK (length(detail) <= 200),
  PRIMARY KEY (tenant_id, lease_id, member),
  FOREIGN KEY (tenant_id, lease_id) REFERENCES lease (tenant_id, lease_id) ON DELETE CASCADE
);

-- "Every matching lease that was issued up to then has ended": one row for any number of leases. It holds whether or not it was
-- written into the leases yet, which is done later and in pieces, only to keep this table short.
CREATE TABLE lease_revocation (
  tenant_id       uuid NOT NULL,
  mark_id         uuid NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('run', 'secret', 'version', 'holder', 'adoption')),
  id              uuid NOT NULL,
  version         int,
  at              timestamptz(3) NOT NULL,
  revoked_by      text NOT NULL,
  tidied_at       timestamptz(3),
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, mark_id),
  CHECK ((kind = 'version') = (version IS NOT NULL))
);
CREATE INDEX lease_revocation_of ON lease_revocation (tenant_id, id);
CREATE INDEX lease_revocation_untidied ON lease_revocation (tenant_id, mark_id) WHERE tidied_at IS NULL;

-- When any broker was up last, and the times when none was. Heartbeats that nobody could take are not missed.
CREATE TABLE broker_beat (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  beat_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 10);
INSERT INTO broker_beat DEFAULT VALUES;
CREATE TABLE outage (
  from_at  timestamptz(3) PRIMARY KEY,
  to_at    timestamptz(3) NOT NULL CHECK (to_at > from_at),
  mac      bytea NOT NULL
);
CREATE INDEX outage_by_end ON outage (to_at);

-- When a run is over: at its end, its deadline, or when it missed its heartbeat. After a time without any broker the heartbeat is due
-- by that time and one length of a heartbeat later. A gap that is still open counts already.
CREATE FUNCTION run_over_at(ended timestamptz, deadline timestamptz, beat timestamptz, lost timestamptz) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
  gap    record;
  due    timestamptz := lost;
BEGIN
  IF ended IS NOT NULL THEN
    RETURN least(ended, deadline);
  END IF;
  FOR gap IN
    SELECT o.from_at, o.to_at FROM outage o WHERE o.to_at > beat
    UNION ALL
    SELECT b.beat_at, clock_timestamp() FROM broker_beat b WHERE b.beat_at < clock_timestamp() - interval '10 seconds'
    ORDER BY 1
  LOOP
    IF gap.from_at < due THEN
      due := due + (gap.to_at - gap.from_at) + (lost - beat);
    END IF;
  END LOOP;
  RETURN least(due, deadline);
END $$;

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['run', 'run_member', 'lease_version', 'lease_ack', 'lease_revocation'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON run, run_member, lease_version, lease_ack, lease_revocation TO ${app_role}, ${system_role};
GRANT DELETE ON run, lease_revocation TO ${system_role};
GRANT SELECT, UPDATE ON broker_beat TO ${app_role}, ${system_role};
GRANT SELECT ON outage TO ${app_role};
GRANT SELECT, INSERT, DELETE ON outage TO ${system_role};
GRANT EXECUTE ON FUNCTION run_over_at(timestamptz, timestamptz, timestamptz, timestamptz) TO ${app_role}, ${system_role};

-- How many runs of a tenant may be open, where that differs from the configured default (NULL), and for how long its leases may last.
ALTER TABLE tenant_quota
  ADD COLUMN runs bigint CHECK (runs >= 0),
  ADD COLUMN lease_seconds bigint CHECK (lease_seconds >= 1);
