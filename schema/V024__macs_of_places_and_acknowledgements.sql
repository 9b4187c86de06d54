-- Who is a member of a gang and what members have in use decides when an old version ends: both are under the tenant's key. How far a
-- subscription or a webhook has got is under a key of the installation: a place that was set forward would lose events in silence. There
-- is no way over for rows that were written without: this fails where there are any.
ALTER TABLE run_member
  ADD COLUMN mac_generation int NOT NULL,
  ADD COLUMN row_mac bytea NOT NULL;
ALTER TABLE lease_ack
  ADD COLUMN mac_generation int NOT NULL,
  ADD COLUMN row_mac bytea NOT NULL;
ALTER TABLE subscription ADD COLUMN place_mac bytea NOT NULL;
ALTER TABLE webhook ADD COLUMN place_mac bytea NOT NULL;
