package io.hushbus.rotation;

import java.time.Duration;

/**
 * How a rotation is to go.
 *
 * @param grace how long holders of the old version have to move
 * @param staging who comes first; {@link Staging#NONE} unless it is staged
 */
public record Order(Strategy strategy, Duration grace, Staging staging) {

  static Order draining(Duration grace) {
    return new Order(Strategy.DRAIN, grace, Staging.NONE);
  }
}
