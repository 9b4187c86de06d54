-- Marks of version numbers, and what decides something of a project, are under their tenant's key. There is no way over for rows
-- that were written without: this fails where there are any.
ALTER TABLE version_mark
  ADD COLUMN mac_generation int NOT NULL,
  ADD COLUMN row_mac bytea NOT NULL;
ALTER TABLE project
  ADD COLUMN mac_generation int NOT NULL,
  ADD COLUMN row_mac bytea NOT NULL;
