package io.hushbus.bus;

import io.hushbus.http.HttpSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * How the bridges listen and what they let a peer have.
 *
 * @param port of the TCP bridge, if it is on; 0 lets the system choose
 * @param frame the most bytes of a frame of a peer that is known
 * @param connections the most open connections of the TCP bridge
 * @param connectionsPerNetwork the most of them from one address
 * @param pending the most unanswered requests of one connection
 * @param subscriptions the most of one connection
 * @param patience how long a new peer may take to show who it is, and a frame to come whole
 * @param idle how long a peer may be silent
 * @param stopDeadline how long a stop waits for requests in flight
 */
public record BusSettings(
    String host,
    Optional<Integer> port,
    Optional<HttpSettings.Tls> tls,
    int frame,
    int connections,
    int connectionsPerNetwork,
    int pending,
    int subscriptions,
    Duration patience,
    Duration idle,
    Duration stopDeadline) {

  /** What a peer may send of a frame before it is known: a token and a request, no values. */
  static final int STRANGERS_FRAME = 64 * 1024;
}
