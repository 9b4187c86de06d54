package io.hushbus.access;

import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Rows of table stream_ticket. What is over goes when the tenant makes the next. */
final class TicketStore {

  @SuppressWarnings("ArrayRecordComponent") // a row on its way
  record Row(StreamTickets.Content content, StreamTickets.Ends ends, byte[] contentMac) {}

  private static final String NEW_TICKET =
      """
      INSERT INTO stream_ticket
        (tenant_id, mac, principal_kind, principal_id, proof_key, proof_held, proof_ends_at, query,
         expires_at, content_mac)
      VALUES ($1, $2, $3, $4, $5, $6,
        $7, $8, $9, $10)
      """;

  private static final String NOW =
      """
      SELECT clock_timestamp() AS now
      """;

  private static final String TIDY =
      """
      DELETE FROM stream_ticket WHERE tenant_id = $1 AND expires_at < clock_timestamp()
      """;

  // The deletion decides: of two at the same time, one finds the row.
  private static final String TAKE =
      """
      DELETE FROM stream_ticket WHERE mac = $1 AND expires_at > clock_timestamp()
      RETURNING tenant_id, principal_kind, principal_id, proof_key, proof_held, query, content_mac,
        proof_ends_at, expires_at,
        floor(extract(epoch FROM proof_ends_at - clock_timestamp()) * 1000)::bigint AS left_ms
      """;

  private TicketStore() {}

  /** The database's time. */
  static Future<Instant> now(Tx tx) {
    return tx.one(NOW, row -> row.getOffsetDateTime("now").toInstant()).map(Optional::orElseThrow);
  }

  static Future<Void> insert(
      Tx tx,
      byte[] mac,
      Principal principal,
      Caller.Proof proof,
      StreamTickets.Ends ends,
      String query,
      byte[] content) {
    return tx.update(TIDY, tx.tenant())
        .compose(
            tidy ->
                tx.update(
                    NEW_TICKET,
                    tx.tenant(),
                    mac,
                    principal.kind().word(),
                    principal.id(),
                    proof.key(),
                    proof.held().isPresent() ? (Object) proof.held().getAsLong() : null,
                    ends.proof().orElse(null),
                    query,
                    ends.ticket(),
                    content))
        .mapEmpty();
  }

  static Future<Optional<Row>> take(SystemTx tx, byte[] mac, LongSupplier nanos) {
    return tx.one(TAKE, row -> read(row, nanos.getAsLong()), (Object) mac);
  }

  private static Row read(io.vertx.sqlclient.Row row, long now) {
    Long left = row.getLong("left_ms");
    Long held = row.getLong("proof_held");
    Caller.Proof proof =
        new Caller.Proof(
            row.getUUID("proof_key"),
            left == null ? OptionalLong.empty() : OptionalLong.of(now + left * 1_000_000),
            held == null ? OptionalLong.empty() : OptionalLong.of(held),
            Optional.empty());
    return new Row(
        new StreamTickets.Content(
            new TenantId(row.getUUID("tenant_id")),
            new Principal(
                Principal.Kind.of(row.getString("principal_kind")), row.getUUID("principal_id")),
            proof,
            row.getString("query")),
        new StreamTickets.Ends(
            row.getOffsetDateTime("expires_at").toInstant(),
            Optional.ofNullable(row.getOffsetDateTime("proof_ends_at")).map(at -> at.toInstant())),
        row.getBuffer("content_mac").getBytes());
  }
}
