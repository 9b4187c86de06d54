package io.hushbus.http;

import io.vertx.core.Future;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Whether this node can do its work: conditions that are asked at once, each for two seconds at
 * most. One that fails or is late is a no.
 */
public final class Readiness {

  private static final long CHECK_SECONDS = 2;

  /** One condition; a failed or late future means no. */
  @FunctionalInterface
  public interface Check {
    Future<?> ask();
  }

  private final Map<String, Check> checks;

  /**
   * @param checks by a word that the answer shows, such as {@code database}
   */
  public Readiness(Map<String, Check> checks) {
    this.checks = new TreeMap<>(checks);
  }

  /** Each condition by its word, in order of the words. */
  Future<Map<String, Boolean>> ask() {
    Map<String, Future<Boolean>> asked = new TreeMap<>();
    checks.forEach((name, check) -> asked.put(name, ask(check)));
    return Future.join(asked.values().stream().toList())
        .map(
            done -> {
              Map<String, Boolean> said = new TreeMap<>();
              asked.forEach((name, answer) -> said.put(name, answer.result()));
              return said;
            });
  }

  private static Future<Boolean> ask(Check check) {
    return Future.succeededFuture()
        .compose(start -> check.ask().timeout(CHECK_SECONDS, TimeUnit.SECONDS))
        .map(good -> true)
        .otherwise(false);
  }
}
