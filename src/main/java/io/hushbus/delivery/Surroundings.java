package io.hushbus.delivery;

import java.util.function.LongSupplier;

/**
 * What all readers of a node share.
 *
 * @param pages how many may catch up at a time
 * @param nanos a monotonic clock, the one of {@link io.hushbus.model.Caller#validUntilNanos()}
 */
record Surroundings(
    Loop loop,
    EventLog events,
    Gate pages,
    StreamFollower follower,
    Rights rights,
    Notices notices,
    StreamSettings settings,
    StreamMeters meters,
    LongSupplier nanos) {}
