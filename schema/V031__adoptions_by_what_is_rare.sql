-- As V028: not by the tenant first. What is adopted under a name is found by the project and the name.
ALTER TABLE adoption DROP CONSTRAINT adoption_name_taken;
ALTER TABLE adoption ADD CONSTRAINT adoption_name_taken UNIQUE (project_id, folded_name, scope_domain, tenant_id);
ALTER TABLE adoption DROP CONSTRAINT adoption_once;
ALTER TABLE adoption ADD CONSTRAINT adoption_once UNIQUE (secret_id, project_id, tenant_id);
DROP INDEX adoption_by_secret;
DROP INDEX adoption_by_share;
CREATE INDEX adoption_by_share ON adoption (share_id, tenant_id);
ALTER TABLE secret_share DROP CONSTRAINT secret_share_once;
ALTER TABLE secret_share ADD CONSTRAINT secret_share_once UNIQUE (secret_id, community_id, tenant_id);
DROP INDEX secret_share_by_community;
CREATE INDEX secret_share_by_community ON secret_share (community_id, tenant_id);
DROP INDEX project_by_community;
CREATE INDEX project_by_community ON project (community_id, tenant_id) WHERE community_id IS NOT NULL;
