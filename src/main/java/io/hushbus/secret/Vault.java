package io.hushbus.secret;

import io.hushbus.crypto.ContentDigest;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.SealContext;
import io.hushbus.crypto.Sealed;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where payloads and keys meet: seals the payload of a version for its place, and opens it for that
 * place only.
 */
final class Vault {

  /** A payload sealed for one version of one secret. */
  record SealedContent(byte[] sealed, byte[] digest) {}

  private final Keyrings keyrings;
  private final Envelope envelope;
  private final CryptoPool pool;
  private final SecretMeters meters;

  Vault(Keyrings keyrings, Envelope envelope, CryptoPool pool, SecretMeters meters) {
    this.meters = meters;
    this.keyrings = keyrings;
    this.envelope = envelope;
    this.pool = pool;
  }

  Future<Keyring> keyring(TenantId tenant) {
    return keyrings.serving(tenant);
  }

  /** For the rows of the ring's tenant. */
  RowMacs macs(Keyring keyring) {
    return new RowMacs(keyring, meters);
  }

  /** As {@link Keyrings#learning}. */
  <T> Future<T> learning(Supplier<Future<T>> work) {
    return keyrings.learning(work);
  }

  /** Every table of this package whose rows depend on the tenants' keys. */
  List<KeyedRows> keyedRows() {
    return KeyedSecrets.all(envelope, pool);
  }

  /**
   * Seals {@code payload} as the current version of {@code head}, made when the head was last
   * updated.
   */
  Future<SealedContent> seal(Keyring keyring, Secret head, Payload payload) {
    SealContext context =
        context(keyring.tenant(), head, head.currentVersion(), head.updatedAt().toEpochMilli());
    return keyrings
        .reserveSeal(keyring.tenant())
        .compose(
            reserved ->
                pool.symmetric(
                    payload.size(),
                    () ->
                        new SealedContent(
                            envelope.seal(keyring, context, payload).bytes(),
                            ContentDigest.of(keyring, head.id(), payload))));
  }

  /**
   * Opens a version whose row was checked before. Whoever hands the payload out has recorded it
   * first.
   *
   * @return the payload, which the caller closes; {@link Failure.Gone} if the version was destroyed
   */
  Future<Payload> open(Keyring keyring, Secret head, VersionStore.SealedVersion stored) {
    Version version = stored.version().value();
    if (stored.sealed().isEmpty()) {
      return Future.failedFuture(Failure.gone("secret_version"));
    }
    byte[] bytes = stored.sealed().get();
    SealContext context =
        context(keyring.tenant(), head, version.number(), version.createdAt().toEpochMilli());
    return knowing(keyring, bytes)
        .compose(
            ring ->
                pool.symmetric(
                    bytes.length, () -> envelope.open(ring, context, Sealed.parse(bytes))));
  }

  /** The ring, or a newer one if the content is under a generation that it does not have. */
  private Future<Keyring> knowing(Keyring keyring, byte[] sealed) {
    return Future.<Void>succeededFuture()
        .map(start -> Sealed.parse(sealed).keyGeneration())
        .compose(
            generation ->
                keyring.knows(generation)
                    ? Future.succeededFuture(keyring)
                    : keyrings.of(keyring.tenant(), generation));
  }

  private static SealContext context(
      TenantId tenant, Secret head, int version, long createdAtMillis) {
    return new SealContext(
        tenant,
        Places.project(head.scope()),
        Places.domain(head.scope()),
        head.id(),
        version,
        createdAtMillis,
        head.type());
  }
}
