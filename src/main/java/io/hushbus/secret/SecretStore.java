package io.hushbus.secret;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.db.UniqueViolation;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.tenant.Growth;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The table {@code secret}: heads, by scope and name. */
final class SecretStore {

  private static final String FIND =
      "SELECT clock_timestamp() AS now, "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          WHERE s.tenant_id = $1 AND s.scope_project = $2 AND s.scope_domain = $3
            AND s.folded_name = $4 AND s.deleted_at IS NULL
          """;

  /**
   * With the current version, which is there unless somebody took it away; looked for by itself, as
   * {@link CurrentRows} does.
   */
  static final String CURRENT =
      "SELECT clock_timestamp() AS now, "
          + SecretRows.COLUMNS
          + ", "
          + VersionStore.COLUMNS
          + """

          FROM secret s
          LEFT JOIN LATERAL (
            SELECT * FROM secret_version one
            WHERE one.tenant_id = s.tenant_id AND one.secret_id = s.secret_id
              AND one.version = s.current_version LIMIT 1) v ON true
          WHERE s.tenant_id = $1 AND s.scope_project = $2 AND s.scope_domain = $3
            AND s.folded_name = $4 AND s.deleted_at IS NULL
          """;

  /**
   * The head stays as it is to the end of the transaction, and whoever changes it sees its leases.
   */
  private static final String HOLD = FIND + " FOR SHARE OF s";

  private static final String LIVING =
      "SELECT "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          WHERE s.tenant_id = $1 AND s.secret_id = $2 AND s.scope_project = $3
            AND s.scope_domain = $4 AND s.deleted_at IS NULL
          """;

  /** By id, wherever it stands and deleted or not. */
  private static final String LOOK =
      "SELECT p.name AS project_name, d.name AS domain_name, "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          LEFT JOIN project p ON p.tenant_id = s.tenant_id AND p.project_id = s.project_id
          LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
          WHERE s.tenant_id = $1 AND s.secret_id = $2
          """;

  /** Keeps out whoever changes the head, and lets grants pass. */
  private static final String LOCK = LOOK + " FOR SHARE OF s";

  /** Keeps out whoever changes the head or a version of it, and grants too. */
  private static final String LOCK_ALONE = LOOK + " FOR NO KEY UPDATE OF s";

  private static final String TRASHED =
      "SELECT clock_timestamp() AS now, "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          WHERE s.tenant_id = $1 AND s.scope_project = $2 AND s.scope_domain = $3
            AND s.folded_name = $4 AND s.deleted_at IS NOT NULL
            AND ($5::uuid IS NULL OR s.secret_id = $5)
          ORDER BY s.deleted_at DESC, s.secret_id LIMIT 1
          FOR UPDATE OF s
          """;

  private static final String TRASH =
      "SELECT "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          WHERE s.tenant_id = $1 AND s.scope_project = $2 AND s.scope_domain = $3
            AND (s.folded_name, s.secret_id) > ($4, $5) AND s.deleted_at IS NOT NULL
          ORDER BY s.folded_name, s.secret_id LIMIT $6
          """;

  private static final String PURGE_VERSIONS =
      """
      WITH gone AS (
        DELETE FROM secret_version v WHERE v.tenant_id = $1 AND v.secret_id = $2
        RETURNING v.state, v.size_bytes)
      SELECT count(*) AS versions, coalesce(sum(size_bytes), 0)::bigint AS bytes
      FROM gone WHERE state <> 'destroyed'
      """;

  private static final String PURGE_HEAD =
      """
      DELETE FROM secret s WHERE s.tenant_id = $1 AND s.secret_id = $2 AND s.deleted_at IS NOT NULL
      """;

  private static final String INSERT =
      """
      INSERT INTO secret (tenant_id, secret_id, project_id, domain_id, name, folded_name, type,
                          description, labels, entry_names, current_version, next_version,
                          max_versions, cas_required, meta_seq, created_by, created_at, updated_at,
                          mac_generation, row_mac, origin_secret, origin_version, max_lease_seconds)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
              $20, $21, $22, $23)
      """;

  private static final String UPDATE =
      """
      UPDATE secret
      SET name = $4, folded_name = $5, description = $6, labels = $7, entry_names = $8,
          current_version = $9, next_version = $10, max_versions = $11, cas_required = $12,
          meta_seq = $13, updated_at = $14, deleted_at = $15, mac_generation = $16, row_mac = $17,
          rotation_id = $18, max_lease_seconds = $19
      WHERE tenant_id = $1 AND secret_id = $2 AND meta_seq = $3
      """;

  /** A head, and the database's time when it was read. */
  record Found(Stored<Secret> head, Instant now) {}

  /** The same with the current version. */
  record FoundCurrent(Found found, Optional<VersionStore.SealedVersion> version) {}

  Future<Optional<Found>> find(Tx tx, Scope scope, SecretName name) {
    return find(FIND, row -> found(row, scope), tx, scope, name);
  }

  Future<Optional<FoundCurrent>> current(Tx tx, Scope scope, SecretName name) {
    return find(
        CURRENT,
        row ->
            new FoundCurrent(
                found(row, scope),
                Optional.ofNullable(row.getInteger("version"))
                    .map(there -> VersionStore.sealedVersion(row))),
        tx,
        scope,
        name);
  }

  Future<Optional<Found>> hold(Tx tx, Scope scope, SecretName name) {
    return find(HOLD, row -> found(row, scope), tx, scope, name);
  }

  private static Found found(Row row, Scope scope) {
    return new Found(SecretRows.stored(row, scope), SecretRows.time(row, "now"));
  }

  private static <T> Future<Optional<T>> find(
      String how, Function<Row, T> read, Tx tx, Scope scope, SecretName name) {
    return tx.one(
        how, read, tx.tenant(), Places.project(scope), Places.domain(scope), name.folded());
  }

  /** The living head of that id, if it is in exactly this scope. */
  Future<Optional<Stored<Secret>>> living(Tx tx, Scope scope, UUID id) {
    return tx.one(
        LIVING,
        row -> SecretRows.stored(row, scope),
        tx.tenant(),
        id,
        Places.project(scope),
        Places.domain(scope));
  }

  /** The head of that id, living or not. */
  Future<Optional<Stored<Secret>>> look(Tx tx, SecretId id) {
    return tx.one(
        LOOK, row -> SecretRows.stored(row, SecretRows.scopeOfNames(row)), tx.tenant(), id);
  }

  /** The same, locked to the end of the transaction. */
  Future<Optional<Stored<Secret>>> lock(Tx tx, SecretId id) {
    return tx.one(
        LOCK, row -> SecretRows.stored(row, SecretRows.scopeOfNames(row)), tx.tenant(), id);
  }

  /** The same, and nobody else has it locked. */
  Future<Optional<Stored<Secret>>> lockAlone(Tx tx, SecretId id) {
    return tx.one(
        LOCK_ALONE, row -> SecretRows.stored(row, SecretRows.scopeOfNames(row)), tx.tenant(), id);
  }

  /** The head in the trash that has that id, or was deleted last; locked. */
  Future<Optional<Found>> trashed(Tx tx, Scope scope, SecretName name, Optional<SecretId> id) {
    return tx.one(
        TRASHED,
        row -> found(row, scope),
        tx.tenant(),
        Places.project(scope),
        Places.domain(scope),
        name.folded(),
        id.map(SecretId::value).orElse(null));
  }

  /** What is in the trash of exactly this scope, in order of folded names and ids. */
  Future<List<Stored<Secret>>> trash(Tx tx, Scope scope, String after, UUID afterId, int limit) {
    return tx.list(
        TRASH,
        row -> SecretRows.stored(row, scope),
        tx.tenant(),
        Places.project(scope),
        Places.domain(scope),
        after,
        afterId,
        limit);
  }

  /**
   * Deletes the rows of a secret in the trash, ciphertexts and wrapped keys with them; gives what
   * was kept for it, as a minus. The mark of its name stays.
   */
  Future<Growth> purge(Tx tx, SecretId secret) {
    return tx.one(
            PURGE_VERSIONS,
            row -> new Growth(0, -row.getLong("versions"), -row.getLong("bytes")),
            tx.tenant(),
            secret)
        .compose(
            freed -> tx.update(PURGE_HEAD, tx.tenant(), secret).map(gone -> freed.orElseThrow()));
  }

  Future<Void> insert(Tx tx, Secret head, RowMac mac) {
    return tx.update(
            INSERT,
            tx.tenant(),
            head.id(),
            head.scope().inProject().map(Scope.Place::id).orElse(null),
            head.scope().inDomain().map(Scope.Place::id).orElse(null),
            head.name().text(),
            head.name().folded(),
            head.type().word(),
            head.description(),
            json(head.labels()),
            names(head.entryNames()),
            head.currentVersion(),
            head.nextVersion(),
            head.maxVersions(),
            head.casRequired(),
            head.metaSeq(),
            head.createdBy(),
            head.createdAt(),
            head.updatedAt(),
            mac.generation(),
            mac.tag(),
            head.origin().map(Secret.Origin::secret).orElse(null),
            head.origin().map(Secret.Origin::version).orElse(null),
            head.longestLease().map(Duration::toSeconds).orElse(null))
        .recover(SecretStore::nameTaken)
        .mapEmpty();
  }

  /** Writes the head if it is still at {@code expectedSeq}; false if somebody else was faster. */
  Future<Boolean> update(Tx tx, Secret head, long expectedSeq, RowMac mac) {
    return tx.update(
            UPDATE,
            tx.tenant(),
            head.id(),
            expectedSeq,
            head.name().text(),
            head.name().folded(),
            head.description(),
            json(head.labels()),
            names(head.entryNames()),
            head.currentVersion(),
            head.nextVersion(),
            head.maxVersions(),
            head.casRequired(),
            head.metaSeq(),
            head.updatedAt(),
            head.deletedAt().orElse(null),
            mac.generation(),
            mac.tag(),
            head.rotation().orElse(null),
            head.longestLease().map(Duration::toSeconds).orElse(null))
        .recover(SecretStore::nameTaken)
        .map(rows -> rows == 1);
  }

  static String[] names(List<EntryName> entries) {
    return entries.stream().map(EntryName::text).toArray(String[]::new);
  }

  static JsonObject json(Map<String, String> labels) {
    return new JsonObject(Map.copyOf(labels));
  }

  private static Future<Integer> nameTaken(Throwable cause) {
    return Future.failedFuture(
        cause instanceof UniqueViolation ? Failure.conflict(Failure.Reason.NAME_TAKEN) : cause);
  }
}
