package io.hushbus.delivery;

import java.time.Duration;

/**
 * The limits and paces of event streams.
 *
 * @param pollInterval how often the log is read even if no hint came
 * @param heartbeat the longest silence on a stream, filled by a comment
 * @param sweep how often each stream's heartbeat and rights are looked after; at most a second,
 *     since a lost right must close a stream within five
 * @param patience how long a reader may leave more than {@code maxWaitingBytes / 2} unread
 * @param maxStreams streams and waiting polls on this node
 * @param maxStreamsPerTenant the same, of one tenant
 * @param maxStreamsPerPrincipal the same, of one principal
 * @param maxWaitingBytes what may wait unsent for one stream
 */
public record StreamSettings(
    Duration pollInterval,
    Duration heartbeat,
    Duration sweep,
    Duration patience,
    int maxStreams,
    int maxStreamsPerTenant,
    int maxStreamsPerPrincipal,
    int maxWaitingBytes) {

  /** What is fixed, with what is configured. */
  public static StreamSettings of(
      Duration pollInterval, Duration heartbeat, int maxStreams, int maxStreamsPerPrincipal) {
    return new StreamSettings(
        pollInterval,
        heartbeat,
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        maxStreams,
        Math.max(1, maxStreams / 2),
        maxStreamsPerPrincipal,
        256 * 1024);
  }
}
