/**
 * Telling the outside: event streams, long polls, subscriptions and webhooks over each tenant's
 * event log.
 *
 * <p>Promises: a reader sees the committed events it may see, in position order, without a gap from
 * its cursor on, each at least once; where that cannot be kept (a cursor past retention, a restored
 * database) it is told so. Nothing is delivered before its commit, because only committed rows are
 * read. Memory per reader is capped: one that does not read is closed with a cursor to come back
 * with. Hints (a commit on this node, NOTIFY from another) only make it faster: with all of them
 * lost, everything arrives at the next tick.
 *
 * <p>Deliberately absent: writing events (the ledger's), values of secrets (an event never holds
 * one), HTTP (the front door adapts its responses to {@link io.hushbus.delivery.Sink}; calls go out
 * by {@code outbound}).
 */
@NullMarked
package io.hushbus.delivery;

import org.jspecify.annotations.NullMarked;
