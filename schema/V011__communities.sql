-- A group of projects of one tenant, within which secrets may be shared.
CREATE TABLE community (
  tenant_id     uuid NOT NULL REFERENCES tenant,
  community_id  uuid NOT NULL,
  name          text NOT NULL,
  folded_name   text NOT NULL,
  description   text NOT NULL DEFAULT '',
  created_at    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, community_id),
  CONSTRAINT community_name_taken UNIQUE (tenant_id, folded_name)
);

-- A project belongs to at most one community, and says whether people may read the values of its secrets.
ALTER TABLE project
  ADD COLUMN community_id uuid,
  ADD COLUMN reveal text NOT NULL DEFAULT 'off' CHECK (reveal IN ('off', 'editor', 'developer')),
  ADD FOREIGN KEY (tenant_id, community_id) REFERENCES community;
CREATE INDEX project_by_community ON project (tenant_id, community_id) WHERE community_id IS NOT NULL;

-- A role may also be bound at a community: then it holds there and in all its projects.
ALTER TABLE role_binding
  ADD COLUMN community_id uuid,
  ADD FOREIGN KEY (tenant_id, community_id) REFERENCES community,
  ADD CHECK (project_id IS NULL OR community_id IS NULL),
  DROP CONSTRAINT role_binding_exists,
  ADD CONSTRAINT role_binding_exists
    UNIQUE NULLS NOT DISTINCT (tenant_id, principal_kind, principal_id, role, project_id, community_id);

-- Where a secret that was cloned came from. For people; nothing is decided by it, and nothing happens when the source goes.
ALTER TABLE secret
  ADD COLUMN origin_secret uuid,
  ADD COLUMN origin_version int;

-- A secret of a project that an admin of the community has made visible there. Sharing it again is another share with another id.
CREATE TABLE secret_share (
  tenant_id       uuid NOT NULL,
  share_id        uuid NOT NULL,
  secret_id       uuid NOT NULL,
  community_id    uuid NOT NULL,
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL,
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, share_id),
  CONSTRAINT secret_share_once UNIQUE (tenant_id, secret_id, community_id),
  FOREIGN KEY (tenant_id, secret_id) REFERENCES secret ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, community_id) REFERENCES community
);
CREATE INDEX secret_share_by_community ON secret_share (tenant_id, community_id);

-- A shared secret that a project has taken in, under a name of its own. A secret of a project and domain is adopted in the same
-- domain. Scope columns as in table secret: a name is that of a secret or of an adoption there, never of both.
CREATE TABLE adoption (
  tenant_id       uuid NOT NULL,
  adoption_id     uuid NOT NULL,
  share_id        uuid NOT NULL,
  secret_id       uuid NOT NULL,
  project_id      uuid NOT NULL,
  domain_id       uuid,
  scope_domain    uuid NOT NULL GENERATED ALWAYS AS (coalesce(domain_id, '00000000-0000-0000-0000-000000000000')) STORED,
  name            text NOT NULL,
  folded_name     text NOT NULL,
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL,
  mac_generation  int NOT NULL,
  row_mac         bytea NOT NULL,
  PRIMARY KEY (tenant_id, adoption_id),
  CONSTRAINT adoption_name_taken UNIQUE (tenant_id, project_id, scope_domain, folded_name),
  CONSTRAINT adoption_once UNIQUE (tenant_id, project_id, secret_id),
  FOREIGN KEY (tenant_id, secret_id) REFERENCES secret ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, project_id) REFERENCES project,
  FOREIGN KEY (tenant_id, domain_id) REFERENCES domain
);
CREATE INDEX adoption_by_secret ON adoption (tenant_id, secret_id);
CREATE INDEX adoption_by_share ON adoption (tenant_id, share_id);

-- The adoption by which its holder came to a lease; when that ends, so does the lease.
ALTER TABLE lease ADD COLUMN adoption_id uuid;
CREATE INDEX lease_by_adoption ON lease (tenant_id, adoption_id) WHERE adoption_id IS NOT NULL;

DO $$
DECLARE
  fenced text;
BEGIN
  FOREACH fenced IN ARRAY ARRAY['community', 'secret_share', 'adoption'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO ${app_role} USING '
      '(tenant_id = ANY ((SELECT current_setting(''hushbus.tenants'')::uuid[])::uuid[]))', fenced);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO ${system_role} USING (true)', fenced);
  END LOOP;
END $$;

-- A lock on a row (FOR SHARE) needs the right to update.
GRANT SELECT, INSERT, UPDATE, DELETE ON community, secret_share, adoption TO ${app_role}, ${system_role};
