-- The second fence. The first is the tenant named in every statement; this one holds if a statement ever forgot it.
-- The broker's role sees the tenants listed in the setting hushbus.tenants, which is local to a transaction, and nothing when it is
-- not set. The setting stands in a scalar sub-select, so that it is read once a statement and not once a row.
-- The system role, which the broker takes on (SET LOCAL ROLE) for the few jobs that cross tenants, sees all.
DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['tenant', 'tenant_key', 'domain', 'project', 'service_account', 'service_account_key',
      'role_binding', 'secret', 'secret_version', 'version_mark', 'lease', 'idempotency', 'tenant_stream', 'event',
      'audit_tail', 'audit_record', 'audit_chain', 'audit_checkpoint'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA ${flyway:defaultSchema} TO ${app_role}, ${system_role};

-- What each table is for decides what may be done to it: facts are written once, keys are not changed in place, nothing is truncated.
GRANT SELECT, INSERT ON installation, system_key TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, UPDATE ON job TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, UPDATE ON tenant, tenant_key, tenant_stream, audit_chain TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, UPDATE ON domain, project, service_account, service_account_key TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, DELETE ON role_binding TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, UPDATE ON secret, secret_version, version_mark TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, UPDATE, DELETE ON lease, idempotency TO ${app_role}, ${system_role};
GRANT SELECT, INSERT ON event TO ${app_role}, ${system_role};
GRANT SELECT, INSERT, DELETE ON audit_tail TO ${app_role}, ${system_role};
GRANT SELECT, INSERT ON audit_record, audit_checkpoint TO ${app_role}, ${system_role};
GRANT EXECUTE ON FUNCTION keep_event_partitions(interval) TO ${system_role};
