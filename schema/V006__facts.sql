-- One counter a tenant: the last statement before COMMIT raises it, so positions are gap-free and in commit order.
CREATE TABLE tenant_stream (
  tenant_id  uuid PRIMARY KEY REFERENCES tenant,
  epoch      bigint NOT NULL,
  head       bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);

-- The event log. Partitioned by day, so that retention drops whole partitions.
CREATE TABLE event (
  tenant_id   uuid NOT NULL,
  epoch       bigint NOT NULL,
  position    bigint NOT NULL,
  event_id    uuid NOT NULL,
  type        text NOT NULL,
  subject     text NOT NULL,
  project_id  uuid,
  domain_id   uuid,
  request_id  uuid NOT NULL,
  data        jsonb NOT NULL,
  at          timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, epoch, position, at)
) PARTITION BY RANGE (at);
CREATE TABLE event_default PARTITION OF event DEFAULT;

-- Audit records as requests write them, waiting to be sealed: the sealer moves them into audit_record, in order, a batch at a time.
CREATE TABLE audit_tail (
  tenant_id      uuid NOT NULL,
  record_id      uuid NOT NULL,
  at             timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  request_id     uuid NOT NULL,
  principal      text NOT NULL,
  action         text NOT NULL,
  outcome        text NOT NULL CHECK (outcome IN ('allowed', 'denied')),
  resource_kind  text NOT NULL,
  resource_id    uuid,
  resource_name  text,
  version        int,
  project_id     uuid,
  source         text NOT NULL,
  detail         jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, record_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- Sealed audit records: hash(n) = SHA-256(hash(n-1) | canonical(record n)). Written once, never changed.
CREATE TABLE audit_record (
  tenant_id      uuid NOT NULL,
  sequence       bigint NOT NULL,
  record_id      uuid NOT NULL,
  at             timestamptz(3) NOT NULL,
  request_id     uuid NOT NULL,
  principal      text NOT NULL,
  action         text NOT NULL,
  outcome        text NOT NULL,
  resource_kind  text NOT NULL,
  resource_id    uuid,
  resource_name  text,
  version        int,
  project_id     uuid,
  source         text NOT NULL,
  detail         jsonb NOT NULL,
  hash           bytea NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
);
CREATE INDEX audit_record_by_time ON audit_record (tenant_id, at, record_id);

-- Where a tenant's chain ends. "mac" is keyed, so that the part after the last checkpoint cannot be rewritten without the key.
CREATE TABLE audit_chain (
  tenant_id   uuid PRIMARY KEY REFERENCES tenant,
  sequence    bigint NOT NULL DEFAULT 0,
  hash        bytea NOT NULL,
  mac         bytea NOT NULL,
  checkpoint  bigint NOT NULL DEFAULT 0
);

-- Signed statements that the chain was this long with this hash at this time. Copies outside the database make truncation visible.
CREATE TABLE audit_checkpoint (
  tenant_id   uuid NOT NULL REFERENCES tenant,
  sequence    bigint NOT NULL,
  hash        bytea NOT NULL,
  at          timestamptz(3) NOT NULL,
  key_id      text NOT NULL,
  signature   bytea NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
);

-- Makes the partitions of the coming days and drops those past retention. Runs with the owner's rights, because the broker's own
-- role owns nothing. Partitions are named event_yYYYYMMDD after their day (UTC). Returns how many it dropped.
CREATE FUNCTION keep_event_partitions(retention interval) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  day      date;
  name     text;
  dropped  int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('keep_event_partitions'));
  FOR day IN SELECT generate_series(current_date, current_date + 3, interval '1 day')::date LOOP
    name := 'event_y' || to_char(day, 'YYYYMMDD');
    IF to_regclass(name) IS NULL AND NOT EXISTS (SELECT FROM event_default WHERE at >= day AND at < day + 1) THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF event FOR VALUES FROM (%L) TO (%L)', name, day, day + 1);
    END IF;
  END LOOP;
  FOR name IN SELECT relid::text FROM pg_partition_tree('event') WHERE relid::text ~ '^event_y[0-9]{8}$' LOOP
    IF to_date(substr(name, 8), 'YYYYMMDD') + 1 < current_timestamp - retention THEN
      EXECUTE format('DROP TABLE %I', name);
      dropped := dropped + 1;
    END IF;
  END LOOP;
  DELETE FROM event_default WHERE at < current_timestamp - retention;
  RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION keep_event_partitions(interval) FROM PUBLIC;
SELECT keep_event_partitions('7 days');
