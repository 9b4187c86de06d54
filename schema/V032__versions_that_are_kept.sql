-- A secret that is rotated every hour for years has few versions with a value and thousands that were destroyed: each change asks for the
-- former. By the ciphertext and not by the state, so that other changes of state stay in their page (HOT).
CREATE INDEX secret_version_kept ON secret_version (secret_id, tenant_id, version) WHERE sealed IS NOT NULL;
