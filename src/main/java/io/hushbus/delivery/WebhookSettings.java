package io.hushbus.delivery;

import java.time.Duration;

/**
 * The limits and paces of webhooks.
 *
 * @param poll how often is looked for something to post, even if no hint came
 * @param held how long an endpoint stays with a node that does not come back; longer than {@code
 *     deadline}
 * @param deadline of one call, from the first look-up to the last byte
 * @param turn how long a node stays with one endpoint before others have their turn
 * @param perNode endpoints that a node posts to at a time
 * @param perTenant the same, of one tenant
 * @param triesAlone after so many refusals of an event it is seen whether the endpoint takes the
 *     next one; if so, the first is put aside
 * @param probePause how long until that is tried again
 * @param mostParked an endpoint with more events put aside is switched off
 */
public record WebhookSettings(
    Duration poll,
    Duration held,
    Duration deadline,
    Duration turn,
    int perNode,
    int perTenant,
    int triesAlone,
    Duration probePause,
    int mostParked) {

  /** What is fixed, with what is configured. */
  public static WebhookSettings of(Duration poll) {
    return new WebhookSettings(
        poll,
        Duration.ofSeconds(30),
        Duration.ofSeconds(15),
        Duration.ofSeconds(20),
        32,
        4,
        3,
        Duration.ofMinutes(30),
        100);
  }
}
