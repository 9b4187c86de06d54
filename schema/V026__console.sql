-- The leases of one secret page by page, newest first; serves what lease_by_secret served.
CREATE INDEX lease_of_secret ON lease (tenant_id, secret_id, lease_id);
DROP INDEX lease_by_secret;
