package io.hushbus.event;

import io.hushbus.crypto.Macs;
import io.hushbus.db.Db;
import io.hushbus.db.Purge;
import io.hushbus.db.Statements;
import io.hushbus.model.Failure;
import io.hushbus.model.Once;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntConsumer;

/**
 * The table {@code idempotency}: what a request under an Idempotency-Key made, so that sending it
 * again makes nothing more. Keys and bodies are kept as keyed hashes, results as ids; a replay
 * reads them anew and checks everything again.
 */
public final class Idempotency {

  private static final Duration KEPT = Duration.ofHours(24);

  /**
   * Whether one is alone at work under the key of {@code asked}, a row with {@code tenant_id},
   * {@code principal} and {@code key_mac}, as its column {@code got}. Waits for nobody: who is at
   * work under a key holds its lock to the end of the transaction. What can be seen to be claimed
   * is not tried, which would lock its row and leave something to be written to the disk.
   */
  public static final String ALONE =
      """
      coalesce((
          SELECT kept.created_at < clock_timestamp() - interval '24 hours' FROM idempotency kept
          WHERE kept.tenant_id = asked.tenant_id AND kept.principal = asked.principal
            AND kept.key_mac = asked.key_mac), true)
        AND pg_try_advisory_xact_lock(hashtextextended(
          asked.tenant_id::text || asked.principal || encode(asked.key_mac, 'hex'), 0)) AS got
      """;

  /**
   * Claims keys, for a statement that has those to be claimed, each once, as rows {@code alone}
   * with {@code got}, the columns of a {@link Claim} and {@code made}; to end it, a RETURNING of
   * the rows {@code kept}. A key is claimed if that gives its row, and only then: one that was
   * committed since the statement began cannot be seen by it in any other way.
   */
  public static final String CLAIMED =
      """
      INSERT INTO idempotency AS kept (tenant_id, principal, key_mac, body_mac, made)
      SELECT tenant_id, principal, key_mac, body_mac, made FROM alone WHERE got
      ON CONFLICT (tenant_id, principal, key_mac) DO UPDATE
        SET body_mac = excluded.body_mac, made = excluded.made, created_at = clock_timestamp()
        WHERE kept.created_at < clock_timestamp() - interval '24 hours'
      """;

  private static final String CLAIM =
      "WITH alone AS MATERIALIZED (SELECT asked.*, "
          + ALONE
          + """
          FROM (SELECT $1::uuid AS tenant_id, $2::text AS principal, $3::bytea AS key_mac,
                       $4::bytea AS body_mac, '{}'::uuid[] AS made) asked)
          """
          + CLAIMED;

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

  private static final String PURGE =
      """
      DELETE FROM idempotency USING (
        SELECT tenant_id, principal, key_mac FROM idempotency
        WHERE created_at < clock_timestamp() - $1::float8 * interval '1 second'
        ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED) over
      WHERE idempotency.tenant_id = over.tenant_id AND idempotency.principal = over.principal
        AND idempotency.key_mac = over.key_mac
      """;

  /**
   * A request under a key, as this table keeps it: by whom, and the keyed hashes of the key and of
   * all that is asked for.
   */
  public record Claim(TenantId tenant, String principal, Buffer keyMac, Buffer bodyMac) {

    /** What there is one of at a time. */
    public record Key(TenantId tenant, String principal, Buffer mac) {}

    public Key key() {
      return new Key(tenant, principal, keyMac);
    }
  }

  private final SecretValue macKey;

  public Idempotency(SecretValue macKey) {
    this.macKey = macKey;
  }

  /**
   * The job that forgets keys after their 24 hours.
   *
   * @param owner this process: a random id made when it started
   * @param told how many went
   */
  public static Purge purge(Db db, UUID owner, IntConsumer told) {
    return new Purge(db, "idempotency-purge", owner, PURGE, KEPT, told);
  }

  public Claim claim(TenantId tenant, Principal principal, Once once) {
    return new Claim(
        tenant,
        principal.toString(),
        Buffer.buffer(mac("key", once.key().getBytes(StandardCharsets.UTF_8))),
        Buffer.buffer(mac("body", once.digest())));
  }

  /**
   * What the key made before; empty if it is new.
   *
   * @throws Failure.Unprocessable (as failure) if the key came with another body
   */
  public Future<Optional<List<UUID>>> made(Statements tx, Claim claim) {
    return tx.one(READ, row -> made(row, claim), claim.tenant(), claim.principal(), claim.keyMac());
  }

  /**
   * Claims the key in this transaction.
   *
   * @return empty if the request is new and the caller is to make things and {@link #keep} their
   *     ids; else what it made before; fails with a retryable {@link Failure.Conflict}, at once,
   *     where another transaction is at work under the key
   * @throws Failure.Unprocessable (as failure) if the key came with another body
   */
  public Future<Optional<List<UUID>>> claim(Statements tx, Claim claim) {
    return tx.update(CLAIM, claim.tenant(), claim.principal(), claim.keyMac(), claim.bodyMac())
        .compose(
            claimed ->
                claimed == 1
                    ? Future.succeededFuture(Optional.empty())
                    : made(tx, claim)
                        .map(found -> Optional.of(found.orElseThrow(Idempotency::atWork))));
  }

  /** Keeps what the claimed request made. */
  public Future<Void> keep(Statements tx, Claim claim, List<UUID> made) {
    return tx.update(
            KEEP, claim.tenant(), claim.principal(), claim.keyMac(), made.toArray(UUID[]::new))
        .mapEmpty();
  }

  /** That somebody is at work under the key. */
  public static Failure atWork() {
    return Failure.conflict(Failure.Reason.KEY_IN_FLIGHT);
  }

  private static List<UUID> made(Row row, Claim claim) {
    if (!Macs.equal(row.getBuffer("body_mac").getBytes(), claim.bodyMac().getBytes())) {
      throw Failure.unprocessable("", Failure.Code.KEY_REUSED);
    }
    return List.of(row.getArrayOfUUIDs("made"));
  }

  private byte[] mac(String what, byte[] bytes) {
    return Macs.hmacSha256(
        macKey, ("idempotency-" + what + "/1|").getBytes(StandardCharsets.UTF_8), bytes);
  }
}
