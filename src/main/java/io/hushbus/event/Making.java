package io.hushbus.event;

import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * How something that a request makes is found again, for when the request is sent again under its
 * Idempotency-Key.
 *
 * @param <X> the transaction in which it is found
 * @param kind what it is, such as {@code secret}
 * @param ids the ids by which it is kept
 * @param again reads it by these ids as it is now, or gives empty where it has ended or is not what
 *     this request can have made: the ids come from a row that carries no MAC
 */
public record Making<X, T>(String kind, Function<T, List<UUID>> ids, Again<X, T> again) {

  /** Reads what was made. */
  @FunctionalInterface
  public interface Again<X, T> {
    Future<Optional<T>> read(X tx, List<UUID> made);
  }

  /** One thing with one id. */
  public static <X, T> Making<X, T> of(String kind, Function<T, UUID> id, Again<X, T> again) {
    return new Making<>(kind, made -> List.of(id.apply(made)), again);
  }

  Future<T> reread(X tx, List<UUID> made) {
    return again.read(tx, made).map(found -> found.orElseThrow(() -> Failure.gone(kind)));
  }
}
