package io.hushbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Three brokers on one PostgreSQL under load, while everything breaks that can: what their callers
 * saw, a correct broker could have shown. Each fault once; with {@code -Dfaults.minutes=8} for that
 * long, pauses of 20 s among them:
 *
 * <pre>{@code mvn test -Dtest=FaultsIT -Dfaults.minutes=8}
 * </pre>
 *
 * The seed is printed; {@code -Dfaults.seed=…} makes the same requests and faults again. When they
 * meet is up to the machine, so that the history is kept in {@code target/faults}.
 */
final class FaultsIT {

  private static final int MINUTES = Integer.getInteger("faults.minutes", 0);
  private static final long SEED = Long.getLong("faults.seed", MINUTES == 0 ? 1 : 0);
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void whatever_breaks_nobody_sees_what_a_correct_broker_does_not_show() {
    long seed = SEED == 0 ? System.currentTimeMillis() : SEED;
    long until = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
    try (FaultRun run = new FaultRun(seed, MINUTES == 0 ? SHORT : LONG)) {
      assertThat(
              run.run(
                  () -> {
                    do {
                      run.nemesis().round().forEach(run::strike);
                    } while (System.nanoTime() < until);
                  }))
          .as("with seed " + seed)
          .isEmpty();
    }
  }
}
