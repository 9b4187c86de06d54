-- A secondary index begins with what it is for, not with the tenant. While a table is young, or where one tenant has most of it, PostgreSQL
-- takes indexes that share their first column for equally good, and plans by it once: what asked for one lease then read all of its tenant.
-- Ids are random and of one tenant, so that nothing is lost. Keys and lists of a whole tenant keep the primary keys, which begin with it.
DROP INDEX lease_by_holder;
CREATE INDEX lease_by_holder ON lease (principal_id);
DROP INDEX lease_of_secret;
CREATE INDEX lease_of_secret ON lease (secret_id, tenant_id, lease_id);
DROP INDEX lease_by_run;
CREATE INDEX lease_by_run ON lease (run_id) WHERE run_id IS NOT NULL;
DROP INDEX lease_by_adoption;
CREATE INDEX lease_by_adoption ON lease (adoption_id) WHERE adoption_id IS NOT NULL;
DROP INDEX lease_slot;
CREATE UNIQUE INDEX lease_slot ON lease (run_id, secret_id, tenant_id) WHERE slot AND run_id IS NOT NULL;

DROP INDEX run_by_opener;
CREATE INDEX run_by_opener ON run (opener_id);
DROP INDEX run_attempt;
CREATE UNIQUE INDEX run_attempt ON run (project_id, external_id, attempt, tenant_id);

DROP INDEX secret_name_taken;
CREATE UNIQUE INDEX secret_name_taken ON secret (scope_project, scope_domain, tenant_id, folded_name) WHERE deleted_at IS NULL;
DROP INDEX secret_trash;
CREATE INDEX secret_trash ON secret (scope_project, scope_domain, tenant_id, folded_name, secret_id) WHERE deleted_at IS NOT NULL;

DROP INDEX rotation_of_secret;
CREATE INDEX rotation_of_secret ON rotation (secret_id, tenant_id, rotation_id DESC);
DROP INDEX rotation_under_way;
CREATE UNIQUE INDEX rotation_under_way ON rotation (secret_id, tenant_id) WHERE ended_at IS NULL;
