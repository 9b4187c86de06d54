-- An organisation: the wall of isolation. The id is random and never used again, whatever happens to the name.
CREATE TABLE tenant (
  tenant_id   uuid PRIMARY KEY,
  name        text NOT NULL,
  state       text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'deleting', 'deleted')),
  operating   boolean NOT NULL DEFAULT false,
  created_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX tenant_by_name ON tenant (name) WHERE state <> 'deleted';
-- The tenant that holds the operators: one, made at installation, without projects or secrets.
CREATE UNIQUE INDEX tenant_operating ON tenant (operating) WHERE operating;

-- Generations of a tenant's key-encryption key, wrapped by the root key. "seals" is reserved in blocks, ahead of use.
CREATE TABLE tenant_key (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  generation   int NOT NULL CHECK (generation >= 1),
  root_key_id  text NOT NULL,
  wrapped      bytea NOT NULL,
  key_check    bytea NOT NULL,
  is_primary   boolean NOT NULL,
  seals        bigint NOT NULL DEFAULT 0,
  created_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, generation)
);
CREATE UNIQUE INDEX tenant_key_primary ON tenant_key (tenant_id) WHERE is_primary;

CREATE TABLE domain (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  domain_id    uuid NOT NULL,
  name         text NOT NULL,
  folded_name  text NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, domain_id),
  CONSTRAINT domain_name_taken UNIQUE (tenant_id, folded_name)
);

CREATE TABLE project (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  project_id   uuid NOT NULL,
  name         text NOT NULL,
  folded_name  text NOT NULL,
  description  text NOT NULL DEFAULT '',
  created_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, project_id),
  CONSTRAINT project_name_taken UNIQUE (tenant_id, folded_name)
);
