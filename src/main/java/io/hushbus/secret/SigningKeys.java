package io.hushbus.secret;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.Macs;
import io.hushbus.crypto.SealContext;
import io.hushbus.crypto.Sealed;
import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * Keys that the broker signs its own calls with, for those outside who know them: made here, shown
 * once, and kept as a secret's value is, sealed under the tenant's key and bound to what they
 * belong to. The key itself leaves this class in that one text only.
 *
 * <p>Form and use are those of Standard Webhooks: {@code whsec_} and base64 of 32 random bytes;
 * HMAC-SHA-256, in base64.
 */
public final class SigningKeys {

  private static final int BYTES = 32;
  private static final byte[] PREFIX = "whsec_".getBytes(StandardCharsets.US_ASCII);

  /**
   * A key as it is kept.
   *
   * @param number counts the keys of one thing from 1
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody: a column on its way
  public record Kept(int number, byte[] sealed) {}

  /** A key that was just made; {@code text} is to be shown once, and closed. */
  public record Made(SecretValue text, Kept kept) {}

  private final Keyrings keyrings;
  private final Envelope envelope;
  private final CryptoPool pool;
  private final SecureRandom random;

  public SigningKeys(Keyrings keyrings, Envelope envelope, CryptoPool pool, SecureRandom random) {
    this.keyrings = keyrings;
    this.envelope = envelope;
    this.pool = pool;
    this.random = random;
  }

  /** A new key for {@code thing}, its {@code number}th. */
  public Future<Made> make(TenantId tenant, UUID thing, int number) {
    return keyrings
        .reserveSeal(tenant)
        .compose(reserved -> keyrings.serving(tenant))
        .compose(ring -> pool.symmetric(BYTES, () -> made(ring, thing, number)));
  }

  /** The signatures of {@code message}, one under each key, in base64. */
  public Future<List<String>> sign(TenantId tenant, UUID thing, List<Kept> keys, byte[] message) {
    return keyrings.learning(
        () ->
            keyrings
                .serving(tenant)
                .compose(ring -> knowing(ring, keys))
                .compose(
                    ring ->
                        pool.symmetric(
                            message.length * keys.size(),
                            () ->
                                keys.stream()
                                    .map(key -> signature(ring, thing, key, message))
                                    .toList())));
  }

  /**
   * The same key under the primary generation of the ring.
   *
   * @throws io.hushbus.model.Failure.Integrity if it does not open
   */
  public Kept rewrapped(Keyring ring, UUID thing, Kept key) {
    SealContext context = context(ring.tenant(), thing, key.number());
    return new Kept(
        key.number(), envelope.rewrap(ring, context, Sealed.parse(key.sealed())).bytes());
  }

  private Future<Keyring> knowing(Keyring ring, List<Kept> keys) {
    return keys.stream()
        .map(key -> Sealed.parse(key.sealed()).keyGeneration())
        .filter(generation -> !ring.knows(generation))
        .findFirst()
        .map(generation -> keyrings.of(ring.tenant(), generation))
        .orElseGet(() -> Future.succeededFuture(ring));
  }

  private Made made(Keyring ring, UUID thing, int number) {
    byte[] key = new byte[BYTES];
    random.nextBytes(key);
    byte[] coded = Base64.getEncoder().encode(key);
    byte[] text = Arrays.copyOf(PREFIX, PREFIX.length + coded.length);
    System.arraycopy(coded, 0, text, PREFIX.length, coded.length);
    Arrays.fill(coded, (byte) 0);
    try (Payload payload = Payload.ofOne(EntryName.VALUE, SecretValue.owning(key))) {
      byte[] sealed = envelope.seal(ring, context(ring.tenant(), thing, number), payload).bytes();
      return new Made(SecretValue.owning(text), new Kept(number, sealed));
    }
  }

  private String signature(Keyring ring, UUID thing, Kept key, byte[] message) {
    SealContext context = context(ring.tenant(), thing, key.number());
    try (Payload payload = envelope.open(ring, context, Sealed.parse(key.sealed()))) {
      byte[] tag = Macs.hmacSha256(payload.entries().firstEntry().getValue(), message);
      return Base64.getEncoder().encodeToString(tag);
    }
  }

  private static SealContext context(TenantId tenant, UUID thing, int number) {
    return new SealContext(
        tenant,
        SealContext.NONE,
        SealContext.NONE,
        new SecretId(thing),
        number,
        0,
        SecretType.TEXT);
  }
}
