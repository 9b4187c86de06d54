-- What somebody holds is also what runs hold that they opened.
CREATE INDEX run_by_opener ON run (tenant_id, opener_id);
