package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.model.Payload;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Function;

/** A secret as it was read, with all that is needed to change it. */
record OpenSecret(OpenTenant tenant, SecretTx.Current current) {

  Secret head() {
    return current.head();
  }

  /** The current version, by its row. */
  Version version() {
    return current.version().version().value();
  }

  /** The database's time of the reading. */
  Instant now() {
    return current.now();
  }

  /** This, if a change of its content is allowed by {@code when}. */
  OpenSecret atVersion(Preconditions when) {
    when.check(head(), head().currentVersion());
    return this;
  }

  /** This, if a change of its metadata is allowed by {@code when}. */
  OpenSecret atMetadata(Preconditions when) {
    when.check(head(), head().metaSeq());
    return this;
  }

  /** Opens the current version; the caller closes the payload. */
  Future<Payload> open() {
    return tenant.open(head(), current.version());
  }

  /** Opens an earlier version; the caller closes the payload. */
  Future<Payload> open(int number) {
    return tenant
        .read(tx -> tx.version(head(), number))
        .compose(version -> tenant.open(head(), version));
  }

  /** As {@link OpenTenant#change}. */
  <T> Future<T> change(Function<SecretTx, Future<Change<T>>> work) {
    return tenant.change(work);
  }
}
