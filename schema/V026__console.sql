-- The leases of one secret page by page, newest first; serves what lease_by_secret served.
CREATE INDEX lease_of_secret ON lease (tenant_id, secret_id, lease_id);
DROP INDEX lease_by_secret;

-- Which program a node runs, by its own word.
ALTER TABLE node ADD COLUMN version text NOT NULL DEFAULT '';

-- The long work of one tenant, newest first; that of all is read by the primary key.
CREATE INDEX operation_of_tenant ON operation (tenant_id, operation_id);
