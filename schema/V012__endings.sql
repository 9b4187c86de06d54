-- What ends, and what bounds: purges of what is over, the trash, budgets of a tenant, and the end of a tenant itself.

-- A lease has ended by max_expires_at at the latest, and that never changes: renewals stay in their page (HOT), which an index on
-- expires_at would prevent.
CREATE INDEX lease_by_wall ON lease (max_expires_at);
-- What may still be live, for counting it.
CREATE INDEX lease_unended ON lease (tenant_id, max_expires_at) WHERE revoked_at IS NULL;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE INDEX secret_trash ON secret (tenant_id, scope_project, scope_domain, folded_name, secret_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX secret_trash_by_age ON secret (deleted_at) WHERE deleted_at IS NOT NULL;
GRANT DELETE ON secret, secret_version TO ${app_role}, ${system_role};

-- What a tenant may have, where that differs from the configured default (NULL: the default).
CREATE TABLE tenant_quota (
  tenant_id            uuid PRIMARY KEY REFERENCES tenant,
  secrets              bigint CHECK (secrets >= 0),
  versions             bigint CHECK (versions >= 0),
  bytes                bigint CHECK (bytes >= 0),
  leases               bigint CHECK (leases >= 0),
  streams              bigint CHECK (streams >= 0),
  requests_per_second  bigint CHECK (requests_per_second >= 1),
  updated_at           timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

-- What a tenant has: living secrets, and the versions and bytes kept for it, those in the trash included. One row a tenant, raised
-- late in the transaction that writes, next to the counter of its event log.
CREATE TABLE tenant_usage (
  tenant_id  uuid PRIMARY KEY REFERENCES tenant,
  secrets    bigint NOT NULL DEFAULT 0,
  versions   bigint NOT NULL DEFAULT 0,
  bytes      bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
INSERT INTO tenant_usage (tenant_id, secrets, versions, bytes)
SELECT t.tenant_id,
       (SELECT count(*) FROM secret s WHERE s.tenant_id = t.tenant_id AND s.deleted_at IS NULL),
       (SELECT count(*) FROM secret_version v WHERE v.tenant_id = t.tenant_id AND v.state <> 'destroyed'),
       (SELECT coalesce(sum(v.size_bytes), 0) FROM secret_version v WHERE v.tenant_id = t.tenant_id AND v.state <> 'destroyed')
FROM tenant t;

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['tenant_quota', 'tenant_usage'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;
GRANT SELECT ON tenant_quota TO ${app_role};
GRANT SELECT, INSERT, UPDATE ON tenant_quota TO ${system_role};
GRANT SELECT, INSERT, UPDATE ON tenant_usage TO ${app_role}, ${system_role};

-- Removes up to "most" rows of a tenant that is being deleted, from any table that has tenants, children before their parents. Runs
-- with the owner's rights, and for no tenant in another state. What says that the tenant was there stays: its own row, the audit
-- trail (unless "trail" says that too goes, up to its last checkpoint), and operations. Returns how many rows went; 0 when none is left.
CREATE FUNCTION erase_tenant_rows(erased uuid, most int, trail boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS $$
DECLARE
  place    regclass;
  gone     bigint;
  blocked  boolean := false;
BEGIN
  PERFORM FROM tenant t WHERE t.tenant_id = erased AND t.state = 'deleting' AND NOT t.operating;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a tenant that is not being deleted keeps its rows';
  END IF;
  FOR place IN
    SELECT c.oid::regclass FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = '${flyway:defaultSchema}'::regnamespace AND c.relkind = 'r'
      AND c.relname NOT IN ('tenant', 'operation', 'audit_tail', 'audit_chain', 'audit_checkpoint')
      AND (trail OR c.relname <> 'audit_record')
    ORDER BY c.relname
  LOOP
    BEGIN
      EXECUTE format('DELETE FROM %s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %s WHERE tenant_id = $1 LIMIT $2))', place, place)
        USING erased, most;
      GET DIAGNOSTICS gone = ROW_COUNT;
      IF gone > 0 THEN
        RETURN gone;
      END IF;
    EXCEPTION WHEN foreign_key_violation THEN
      blocked := true; -- its children come later in the order of names, and go first
    END;
  END LOOP;
  IF blocked THEN
    RAISE EXCEPTION 'rows of a tenant refer to each other in a circle';
  END IF;
  IF trail THEN
    DELETE FROM audit_checkpoint k USING audit_chain c
    WHERE k.tenant_id = erased AND c.tenant_id = erased AND k.sequence < c.checkpoint;
  END IF;
  RETURN 0;
END $$;
REVOKE ALL ON FUNCTION erase_tenant_rows(uuid, int, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_tenant_rows(uuid, int, boolean) TO ${system_role};
