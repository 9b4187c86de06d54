/**
 * What happened: the one door for state changes.
 *
 * <p>{@link io.hushbus.event.Ledger} runs a change, its audit record and its events in one
 * transaction, so that none of them exists without the others, and takes the tenant's counter as
 * the last statement before COMMIT, so that event positions are gap-free and in commit order.
 * Whoever changes state has a {@link io.hushbus.model.Grant} and goes through here; the lease
 * batcher, which writes its own audit rows in the granting statement, and migrations are the named
 * exceptions.
 *
 * <p>Deliberately absent: values (facts hold ids, names, numbers and times), delivery (that is
 * {@code delivery}'s, which reads the log), sealing of the audit trail (that is {@code audit}'s).
 */
@NullMarked
package io.hushbus.event;

import org.jspecify.annotations.NullMarked;
