/**
 * Whole brokers that are killed, cut off from their database, run beside each other, or started
 * with the wrong things: what was acknowledged is still there, what was not is nowhere by half, and
 * nothing is ever given away because something is broken.
 *
 * <p>Promises: a fault happens at a place that the test names, not at a time; but for {@code
 * FaultsIT}, where it happens whenever it does, and what callers saw is judged afterwards.
 * Deliberately absent: faults of the machine, such as full disks.
 */
@NullMarked
package io.hushbus.faults;

import org.jspecify.annotations.NullMarked;
