package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import io.hushbus.model.Caller;
import io.hushbus.model.RequestContext;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * N-19, measured: how long the broker takes to refuse an account that is unknown and a key that is
 * wrong, in turns, and how far the medians are apart. No test: a machine at work says what it
 * likes. That both take the same work is {@code LoginIT}'s.
 *
 * <p>Run with:
 *
 * <pre>
 * mvn -q test-compile exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *   -Dexec.args="-cp %classpath io.hushbus.access.LoginTiming"
 * </pre>
 */
public final class LoginTiming {

  private static final int WARM = 500;
  private static final int EACH = 2_000;

  private LoginTiming() {}

  /** Prints both medians in microseconds. */
  public static void main(String[] none) {
    try (TestInstallation hushbus = new TestInstallation()) {
      Caller admin = hushbus.tenant("acme");
      UUID account = hushbus.account(admin, "known").id();
      hushbus.key(admin, account);
      long[] known = new long[EACH];
      long[] unknown = new long[EACH];
      for (int i = -WARM; i < EACH; i++) {
        long one = nanos(hushbus, account, 2 * (i + WARM));
        long other = nanos(hushbus, UUID.randomUUID(), 2 * (i + WARM) + 1);
        if (i >= 0) {
          known[i] = one;
          unknown[i] = other;
        }
      }
      System.out.printf(
          "wrong key %d us, unknown account %d us%n", median(known) / 1000, median(unknown) / 1000);
    }
  }

  private static long nanos(TestInstallation hushbus, UUID account, int source) {
    String address = "10." + (source >> 16) + "." + ((source >> 8) & 255) + "." + (source & 255);
    RequestContext request = new RequestContext(hushbus.ids.ordered(), address);
    try (ApiKey key = ApiKey.generate(hushbus.random)) {
      ClientCredentials pair =
          ClientCredentials.of(
              Optional.empty(),
              Optional.of(account.toString()),
              Optional.of(SecretValue.ofText(key.text())));
      long start = System.nanoTime();
      hushbus.issuer.issue(pair, request).recover(refused -> Future.succeededFuture()).await();
      return System.nanoTime() - start;
    }
  }

  private static long median(long[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
