-- The installation itself: which cluster this database belongs to, under which root key, in which epoch of its event logs.
CREATE TABLE installation (
  singleton       boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  cluster_id      uuid NOT NULL,
  root_key_id     text NOT NULL,
  root_key_check  bytea NOT NULL,
  epoch           bigint NOT NULL DEFAULT 1 CHECK (epoch >= 1),
  created_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

-- Keys of the installation as a whole, each wrapped by the root key; several generations may be live while one replaces another.
CREATE TABLE system_key (
  kind         text NOT NULL,
  generation   int NOT NULL CHECK (generation >= 1),
  root_key_id  text NOT NULL,
  wrapped      bytea NOT NULL,
  created_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kind, generation)
);

-- Who runs a background job: a lease on the job with a fencing number, which every write of the job names.
CREATE TABLE job (
  name        text PRIMARY KEY,
  owner       uuid NOT NULL,
  fence       bigint NOT NULL,
  expires_at  timestamptz NOT NULL
);
