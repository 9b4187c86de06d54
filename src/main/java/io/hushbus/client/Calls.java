package io.hushbus.client;

import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Requests of one caller with their retries: the one place that decides what is asked again, and
 * when. Final is what the broker says is not retryable; and, of what must not be done twice, what
 * may have been done.
 */
final class Calls {

  final Transport transport;
  final SecretValue token;
  final Loop loop;
  final SecureRandom random;
  private final Watcher watcher;
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile Retry retry;

  Calls(
      Transport transport,
      SecretValue token,
      Loop loop,
      SecureRandom random,
      Watcher watcher,
      Retry retry) {
    this.transport = transport;
    this.token = token;
    this.loop = loop;
    this.random = random;
    this.watcher = watcher;
    this.retry = retry;
  }

  Retry retry() {
    return retry;
  }

  Watcher watcher() {
    return watcher;
  }

  /** From now on a request is tried for no longer than this. */
  void hurry(Duration within) {
    retry = retry.within(within);
  }

  /**
   * @param as who asks, if it is not the client's own caller
   */
  Request request(String method, String path, Optional<SecretValue> as) {
    long most = Math.clamp(retry.within().toMillis(), 1_000, 30_000);
    return new Request(transport, as.orElse(token), method, path).deadline(Duration.ofMillis(most));
  }

  /** A name under which a request makes what it makes once. */
  String key() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** One attempt. */
  Future<Answer> once(Request request) {
    return request
        .answered()
        .onComplete(done -> heard(done.cause() instanceof Unreachable gone ? gone : null));
  }

  private void heard(@org.jspecify.annotations.Nullable Unreachable gone) {
    if (gone != null && away.compareAndSet(false, true)) {
      watcher.away(gone);
    } else if (gone == null && away.compareAndSet(true, false)) {
      watcher.back();
    }
  }

  /**
   * Attempts until there is an answer, something final, or no time left.
   *
   * @param request made anew for each attempt
   * @param repeatable whether doing it twice does no more than doing it once
   */
  Future<Answer> send(Supplier<Request> request, boolean repeatable) {
    return attempt(request, repeatable, 1, System.nanoTime() + retry.within().toNanos());
  }

  private Future<Answer> attempt(
      Supplier<Request> request, boolean repeatable, int number, long end) {
    return once(request.get())
        .recover(
            failure -> {
              long wait = passing(failure, repeatable) ? wait(failure, number) : Long.MAX_VALUE;
              return wait > end - System.nanoTime()
                  ? Future.failedFuture(failure)
                  : loop.after(wait).compose(go -> attempt(request, repeatable, number + 1, end));
            });
  }

  /** How long to wait after so many failures, in nanoseconds. */
  long wait(Throwable failure, int number) {
    Optional<Duration> asked =
        failure instanceof Refused refused ? refused.retryAfter() : Optional.empty();
    return retry.wait(number, asked, random);
  }

  /** Whether it may go well another time. */
  static boolean passing(Throwable failure, boolean repeatable) {
    return switch (failure) {
      case Refused refused -> refused.retryable();
      case Unreachable away -> repeatable || !away.outcomeUnknown();
      default -> false;
    };
  }
}
