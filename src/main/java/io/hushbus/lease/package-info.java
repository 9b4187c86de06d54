/**
 * Leases: time-limited, recorded possession of one version of a secret; and environments, which say
 * what a task needs and where it goes.
 *
 * <p>Record, then disclose: the lease row and its audit record are committed before a value is
 * opened. All times in a lease come from the database; whether it holds is decided when it is used,
 * by the database's clock, never by a timer. Each row carries a MAC, and a row that does not verify
 * counts as revoked. Grants of many requests are committed in groups.
 *
 * <p>Deliberately absent: keys (opening is asked of {@code secret}), timers and lists of leases in
 * memory, telling the outside.
 */
@NullMarked
package io.hushbus.lease;

import org.jspecify.annotations.NullMarked;
