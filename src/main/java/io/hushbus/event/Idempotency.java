package io.hushbus.event;

import io.hushbus.crypto.Macs;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The table {@code idempotency}: what a request under an Idempotency-Key made, so that sending it
 * again makes nothing more. Keys and bodies are kept as keyed hashes, results as ids; a replay
 * reads them anew and checks everything again.
 */
public final class Idempotency {

  private static final String CLAIM =
      """
      INSERT INTO idempotency AS kept (tenant_id, principal, key_mac, body_mac)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (tenant_id, principal, key_mac) DO UPDATE
        SET body_mac = excluded.body_mac, made = '{}', created_at = clock_timestamp()
        WHERE kept.created_at < clock_timestamp() - interval '24 hours'
      """;

  private static final String READ =
      """
      SELECT body_mac, made FROM idempotency
      WHERE tenant_id = $1 AND principal = $2 AND key_mac = $3
        AND created_at >= clock_timestamp() - interval '24 hours'
      """;

  private static final String KEEP =
      """
      UPDATE idempotency SET made = $4 WHERE tenant_id = $1 AND principal = $2 AND key_mac = $3
      """;

  /**
   * A key as sent, and what it was sent with.
   *
   * @param digest SHA-256 of the operation and the body
   */
  public record Key(String text, byte[] digest) {}

  private final SecretValue macKey;

  public Idempotency(SecretValue macKey) {
    this.macKey = macKey;
  }

  /**
   * What the key made before; empty if it is new.
   *
   * @throws Failure.Unprocessable (as failure) if the key came with another body
   */
  public Future<Optional<List<UUID>>> made(Tx tx, Principal principal, Key key) {
    byte[] bodyMac = mac("body", key.digest());
    return tx.one(READ, row -> made(row, bodyMac), tx.tenant(), principal.toString(), keyMac(key));
  }

  /**
   * Claims the key in this transaction. Waits for another transaction that has claimed it and is
   * not done yet.
   *
   * @return empty if the request is new and the caller is to make things and {@link #keep} their
   *     ids; else what it made before
   * @throws Failure.Unprocessable (as failure) if the key came with another body
   */
  public Future<Optional<List<UUID>>> claim(Tx tx, Principal principal, Key key) {
    byte[] bodyMac = mac("body", key.digest());
    return tx.update(CLAIM, tx.tenant(), principal.toString(), keyMac(key), bodyMac)
        .compose(
            claimed ->
                claimed == 1
                    ? Future.succeededFuture(Optional.empty())
                    : made(tx, principal, key).map(found -> Optional.of(found.orElseThrow())));
  }

  /** Keeps what the claimed request made. */
  public Future<Void> keep(Tx tx, Principal principal, Key key, List<UUID> made) {
    return tx.update(
            KEEP, tx.tenant(), principal.toString(), keyMac(key), made.toArray(UUID[]::new))
        .mapEmpty();
  }

  private static List<UUID> made(Row row, byte[] bodyMac) {
    if (!Macs.equal(row.getBuffer("body_mac").getBytes(), bodyMac)) {
      throw Failure.unprocessable("", Failure.Code.KEY_REUSED);
    }
    return List.of(row.getArrayOfUUIDs("made"));
  }

  private byte[] keyMac(Key key) {
    return mac("key", key.text().getBytes(StandardCharsets.UTF_8));
  }

  private byte[] mac(String what, byte[] bytes) {
    return Macs.hmacSha256(
        macKey, ("idempotency-" + what + "/1|").getBytes(StandardCharsets.UTF_8), bytes);
  }
}
