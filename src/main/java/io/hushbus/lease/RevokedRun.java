package io.hushbus.lease;

import io.hushbus.model.RunId;
import java.util.Optional;
import java.util.UUID;

/**
 * The live leases that a run had when they were ended.
 *
 * @param project the one it runs in
 * @param domain the one it runs in, if any
 */
record RevokedRun(RunId run, Optional<UUID> project, Optional<UUID> domain, EndedLeases leases) {}
