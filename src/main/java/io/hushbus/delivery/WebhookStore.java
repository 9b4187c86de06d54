package io.hushbus.delivery;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SigningKeys;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of table webhook, as those who manage them see them. */
final class WebhookStore {

  static final String TABLE = "webhook";

  static final String COLUMNS =
      """
      w.tenant_id, w.webhook_id, w.url, w.description, w.types, w.project_id, w.domain_id,
        w.secrets, w.owner_kind, w.owner_id, w.owner_proof, w.owner_held, w.key_number,
        w.key_sealed, w.old_sealed, w.old_until, w.created_by, w.created_at, w.mac_generation,
        w.row_mac, w.enabled, w.disabled_for, w.attempts, w.failing_since, w.next_at,
        w.last_status, w.last_at, w.epoch, w.position, w.place_mac
      """;

  private static final String COUNT =
      """
      SELECT count(*) AS webhooks FROM webhook WHERE tenant_id = $1
      """;

  private static final String NOW =
      """
      SELECT date_trunc('milliseconds', clock_timestamp()) AS now
      """;

  private static final String INSERT =
      """
      INSERT INTO webhook (tenant_id, webhook_id, url, description, types, project_id, domain_id,
        secrets, owner_kind, owner_id, owner_proof, owner_held, key_number, key_sealed, created_by,
        mac_generation, row_mac, epoch, position, place_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20)
      """;

  private static final String FIND =
      "SELECT "
          + COLUMNS
          + """

          FROM webhook w WHERE w.tenant_id = $1 AND w.webhook_id = $2
          """;

  private static final String HELD = FIND + " FOR NO KEY UPDATE";

  private static final String AFTER =
      "SELECT "
          + COLUMNS
          + """

          FROM webhook w
          WHERE w.tenant_id = $1 AND w.webhook_id > $2
            AND ($3::uuid[] IS NULL OR w.project_id = ANY ($3))
          ORDER BY w.webhook_id LIMIT $4
          """;

  /** Only if it is as it was read: the MAC says so. */
  private static final String REPLACE =
      """
      UPDATE webhook
      SET url = $4, description = $5, types = $6, secrets = $7, owner_kind = $8, owner_id = $9,
        owner_proof = $10, owner_held = $11, key_number = $12, key_sealed = $13, old_sealed = $14,
        old_until = $15, mac_generation = $16, row_mac = $17
      WHERE tenant_id = $1 AND webhook_id = $2 AND row_mac = $3
      """;

  private static final String SWITCH_ON =
      """
      UPDATE webhook
      SET enabled = true, disabled_for = NULL, attempts = 0, failing_since = NULL, next_at = NULL,
        probe_at = NULL
      WHERE tenant_id = $1 AND webhook_id = $2 AND (NOT enabled OR attempts > 0)
      """;

  private static final String SWITCH_OFF =
      """
      UPDATE webhook SET enabled = false, disabled_for = NULL
      WHERE tenant_id = $1 AND webhook_id = $2 AND enabled
      """;

  private static final String DELETE =
      """
      DELETE FROM webhook WHERE tenant_id = $1 AND webhook_id = $2
      """;

  private WebhookStore() {}

  static Future<Long> count(Tx tx) {
    return tx.one(COUNT, row -> row.getLong("webhooks"), tx.tenant()).map(Optional::orElseThrow);
  }

  static Future<Instant> now(Tx tx) {
    return tx.one(NOW, row -> row.get(OffsetDateTime.class, "now").toInstant())
        .map(Optional::orElseThrow);
  }

  static Future<Integer> insert(
      Tx tx, Keyring keyring, Cursors cursors, Webhook made, EventPosition at) {
    RowMac mac = keyring.mac(made.canonical(tx.tenant()));
    return tx.update(
        INSERT,
        tx.tenant(),
        made.id(),
        made.url(),
        made.description(),
        made.selection().types().toArray(String[]::new),
        made.selection().project().orElse(null),
        made.selection().domain().orElse(null),
        made.selection().secrets().toArray(String[]::new),
        made.owner().principal().kind().word(),
        made.owner().principal().id(),
        made.owner().revision().orElse(null),
        number(made.owner().held()),
        made.keys().newest().number(),
        made.keys().newest().sealed(),
        made.createdBy(),
        mac.generation(),
        mac.tag(),
        at.epoch(),
        at.number(),
        cursors.mark(TABLE, tx.tenant(), made.id(), at));
  }

  static Future<Optional<Stored<Webhook>>> find(Tx tx, UUID id) {
    return tx.one(FIND, row -> stored(tx.tenant(), row), tx.tenant(), id);
  }

  /** The same, locked to the end of the transaction. */
  static Future<Optional<Stored<Webhook>>> hold(Tx tx, UUID id) {
    return tx.one(HELD, row -> stored(tx.tenant(), row), tx.tenant(), id);
  }

  /**
   * @param only the projects to which the list is narrowed, if it is
   */
  static Future<List<Stored<Webhook>>> after(
      Tx tx, UUID after, Optional<Set<UUID>> only, int limit) {
    UUID @Nullable [] projects = only.map(some -> some.toArray(UUID[]::new)).orElse(null);
    return tx.list(AFTER, row -> stored(tx.tenant(), row), tx.tenant(), after, projects, limit);
  }

  static Future<Integer> replace(Tx tx, Keyring keyring, Stored<Webhook> before, Webhook after) {
    RowMac mac = keyring.mac(after.canonical(tx.tenant()));
    return tx.update(
        REPLACE,
        tx.tenant(),
        after.id(),
        before.mac().tag(),
        after.url(),
        after.description(),
        after.selection().types().toArray(String[]::new),
        after.selection().secrets().toArray(String[]::new),
        after.owner().principal().kind().word(),
        after.owner().principal().id(),
        after.owner().revision().orElse(null),
        number(after.owner().held()),
        after.keys().newest().number(),
        after.keys().newest().sealed(),
        after.keys().old().map(SigningKeys.Kept::sealed).orElse(null),
        after.keys().oldUntil().orElse(null),
        mac.generation(),
        mac.tag());
  }

  static Future<Integer> enable(Tx tx, UUID id, boolean on) {
    return tx.update(on ? SWITCH_ON : SWITCH_OFF, tx.tenant(), id);
  }

  static Future<Integer> delete(Tx tx, UUID id) {
    return tx.update(DELETE, tx.tenant(), id);
  }

  static Stored<Webhook> stored(TenantId tenant, Row row) {
    Webhook value =
        new Webhook(
            row.getUUID("webhook_id"),
            row.getString("url"),
            row.getString("description"),
            Selection.read(row),
            owner(row),
            keys(row),
            row.getString("created_by"),
            row.get(OffsetDateTime.class, "created_at").toInstant(),
            state(row));
    return new Stored<>(
        value,
        TABLE,
        value.id(),
        value.canonical(tenant),
        Stored.mac(row),
        Stored.Kept.read(row, "epoch", "position"));
  }

  private static Owner owner(Row row) {
    @Nullable Long held = row.getLong("owner_held");
    return new Owner(
        new Principal(Principal.Kind.of(row.getString("owner_kind")), row.getUUID("owner_id")),
        Optional.ofNullable(row.getUUID("owner_proof")),
        held == null ? OptionalLong.empty() : OptionalLong.of(held));
  }

  private static Webhook.Keys keys(Row row) {
    int number = row.getInteger("key_number");
    return new Webhook.Keys(
        new SigningKeys.Kept(number, row.getBuffer("key_sealed").getBytes()),
        Optional.ofNullable(row.getBuffer("old_sealed"))
            .map(bytes -> new SigningKeys.Kept(number - 1, bytes.getBytes())),
        time(row, "old_until"));
  }

  private static Webhook.State state(Row row) {
    return new Webhook.State(
        row.getBoolean("enabled"),
        Optional.ofNullable(row.getString("disabled_for")),
        row.getInteger("attempts"),
        time(row, "failing_since"),
        time(row, "next_at"),
        Optional.ofNullable(row.getString("last_status")),
        time(row, "last_at"));
  }

  private static Optional<Instant> time(Row row, String column) {
    return Optional.ofNullable(row.get(OffsetDateTime.class, column))
        .map(OffsetDateTime::toInstant);
  }

  private static @Nullable Long number(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }
}
