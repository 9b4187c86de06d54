package io.hushbus.secret;

import io.hushbus.crypto.RowMac;
import io.hushbus.model.EntryName;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads heads of secrets from rows. Names of projects and domains come from the scope that was
 * asked for, not from the row.
 */
final class SecretRows {

  /** The columns of a head, for {@code FROM secret s}. */
  static final String COLUMNS =
      """
      s.secret_id, s.project_id, s.domain_id, s.name, s.folded_name, s.type, s.description, s.labels,
      s.entry_names,
      s.current_version, s.next_version, s.max_versions, s.cas_required, s.meta_seq, s.max_lease_seconds,
      s.created_by, s.created_at, s.updated_at, s.deleted_at, s.origin_secret, s.origin_version,
      s.rotation_id,
      s.mac_generation AS s_mac_generation, s.row_mac AS s_row_mac\
      """;

  private SecretRows() {}

  static Stored<Secret> stored(Row row, Scope asked) {
    Secret head = secret(row, asked);
    return new Stored<>(head, mac(row, head));
  }

  /**
   * Rows are found by the folded name, and the MAC covers the name: a row that says two different
   * things has none, or it would be handed out under the name of another.
   */
  private static RowMac mac(Row row, Secret head) {
    RowMac mac = Stored.mac(row, "s_");
    return head.name().folded().equals(row.getString("folded_name"))
        ? mac
        : new RowMac(mac.generation(), new byte[0]);
  }

  private static Secret secret(Row row, Scope asked) {
    return new Secret(
        new SecretId(row.getUUID("secret_id")),
        scope(row, asked),
        new SecretName(row.getString("name")),
        SecretType.of(row.getString("type")).orElseThrow(),
        row.getString("description"),
        labels(row.getJsonObject("labels")),
        entries(row, "entry_names"),
        row.getInteger("current_version"),
        row.getInteger("next_version"),
        row.getInteger("max_versions"),
        row.getBoolean("cas_required"),
        Optional.ofNullable(row.getLong("max_lease_seconds")).map(Duration::ofSeconds),
        row.getLong("meta_seq"),
        row.getString("created_by"),
        time(row, "created_at"),
        time(row, "updated_at"),
        Optional.ofNullable(timeOrNull(row, "deleted_at")),
        Optional.ofNullable(row.getUUID("origin_secret"))
            .map(id -> new Secret.Origin(new SecretId(id), row.getInteger("origin_version"))),
        Optional.ofNullable(row.getUUID("rotation_id")));
  }

  static List<EntryName> entries(Row row, String column) {
    return Stream.of(row.getArrayOfStrings(column)).map(EntryName::new).toList();
  }

  /**
   * A time to the millisecond, as columns keep it: what is written later, and what MACs are made
   * over, must not differ from what the database rounds it to.
   */
  static Instant time(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant().truncatedTo(ChronoUnit.MILLIS);
  }

  static @Nullable Instant timeOrNull(Row row, String column) {
    return row.getValue(column) == null ? null : time(row, column);
  }

  private static Scope scope(Row row, Scope asked) {
    return Scope.of(
        row.getUUID("project_id") == null ? Optional.empty() : asked.inProject(),
        row.getUUID("domain_id") == null ? Optional.empty() : asked.inDomain());
  }

  /**
   * The scope of a head that was found by its id, from the joined columns project_name and
   * domain_name.
   */
  static Scope scopeOfNames(Row row) {
    return Scope.of(place(row, "project"), place(row, "domain"));
  }

  private static Optional<Scope.Place> place(Row row, String kind) {
    return Optional.ofNullable(row.getString(kind + "_name"))
        .map(name -> new Scope.Place(row.getUUID(kind + "_id"), new ObjectName(name)));
  }

  private static Map<String, String> labels(JsonObject json) {
    return json.fieldNames().stream().collect(Collectors.toMap(name -> name, json::getString));
  }
}
