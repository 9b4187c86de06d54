-- A secret is found by its name, whatever a plan was made of: V004's index begins with the scope, as lists of a scope have it, and where few
-- secrets are known anything that has the tenant is as good.
CREATE INDEX secret_by_name ON secret (folded_name, tenant_id, scope_project, scope_domain) WHERE deleted_at IS NULL;
