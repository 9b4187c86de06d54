package io.hushbus.tenant;

import io.hushbus.crypto.Keyring.WrappedKek;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of table tenant_key. */
final class KeyStore {

  /** One generation and whether it is the one for new work. */
  record Generation(WrappedKek kek, boolean primary) {}

  /** A generation of some tenant, wrapped by a root key that is to be replaced. */
  record Owned(TenantId tenant, WrappedKek kek) {}

  /** A generation by its number, and whose it is. */
  record Id(TenantId tenant, int generation) {}

  private static final String GENERATIONS =
      """
      SELECT generation, root_key_id, wrapped, key_check, is_primary FROM tenant_key
      WHERE tenant_id = $1
      """;

  private static final String GENERATIONS_LOCKED = GENERATIONS + " FOR UPDATE";

  private static final String RESERVE_SEALS =
      """
      UPDATE tenant_key SET seals = seals + $3
      WHERE tenant_id = $1 AND generation = $2 AND seals + $3 <= $4
      """;

  private static final String SUPERSEDE =
      """
      UPDATE tenant_key SET is_primary = false, superseded_at = clock_timestamp()
      WHERE tenant_id = $1 AND is_primary
      """;

  private static final String NEW_PRIMARY =
      """
      INSERT INTO tenant_key (tenant_id, generation, root_key_id, wrapped, key_check, is_primary)
      VALUES ($1, $2, $3, $4, $5, true)
      """;

  private static final String SETTLED =
      """
      SELECT coalesce(bool_and(
        superseded_at < clock_timestamp() - $2::float8 * interval '1 millisecond'), true) AS settled
      FROM tenant_key WHERE tenant_id = $1 AND NOT is_primary AND retired_at IS NULL
      """;

  private static final String RETIRE =
      """
      UPDATE tenant_key SET retired_at = clock_timestamp()
      WHERE tenant_id = $1 AND NOT is_primary AND retired_at IS NULL
        AND superseded_at < clock_timestamp() - $2::float8 * interval '1 millisecond'
      RETURNING generation
      """;

  private static final String STATUS =
      """
      SELECT k.generation, k.root_key_id, k.is_primary, k.seals, k.created_at, k.superseded_at,
        k.retired_at,
        (SELECT count(*) FROM secret_version v
         WHERE v.tenant_id = k.tenant_id AND v.mac_generation = k.generation
           AND v.sealed IS NOT NULL) AS versions
      FROM tenant_key k WHERE k.tenant_id = $1 ORDER BY k.generation
      """;

  private static final String OUTLIVED =
      """
      SELECT tenant_id, generation FROM tenant_key
      WHERE retired_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
      ORDER BY tenant_id, generation LIMIT $2
      """;

  private static final String WORN =
      """
      SELECT tenant_id, generation FROM tenant_key k
      WHERE is_primary
        AND EXISTS (SELECT FROM tenant t WHERE t.tenant_id = k.tenant_id AND t.state = 'active')
        AND (seals >= $1 OR created_at < clock_timestamp() - $2::float8 * interval '1 millisecond')
        AND NOT EXISTS (
          SELECT FROM operation o WHERE o.tenant_id = k.tenant_id AND o.kind = $3
            AND o.state IN ('pending', 'running'))
      ORDER BY tenant_id LIMIT $4
      """;

  private static final String OVERWRITE =
      """
      UPDATE tenant_key SET wrapped = decode(repeat('00', octet_length(wrapped)), 'hex'),
        key_check = decode(repeat('00', octet_length(key_check)), 'hex')
      WHERE tenant_id = $1 AND generation = $2 AND retired_at IS NOT NULL
      """;

  private static final String REMOVE =
      """
      DELETE FROM tenant_key
      WHERE tenant_id = $1 AND generation = $2 AND retired_at IS NOT NULL
      """;

  private static final String UNDER_OTHERS =
      """
      SELECT tenant_id, generation, root_key_id, wrapped, key_check FROM tenant_key
      WHERE root_key_id <> $1 ORDER BY tenant_id, generation LIMIT $2
      FOR UPDATE
      """;

  private static final String COUNT_UNDER_OTHERS =
      """
      SELECT (SELECT count(*) FROM tenant_key WHERE tenant_id IS NOT NULL AND root_key_id <> $1)
           + (SELECT count(*) FROM system_key WHERE root_key_id <> $1) AS count
      """;

  private static final String MOVE =
      """
      UPDATE tenant_key k SET root_key_id = $4, wrapped = moved.wrapped
      FROM unnest($1::uuid[], $2::int[], $3::bytea[]) AS moved (tenant_id, generation, wrapped)
      WHERE k.tenant_id = moved.tenant_id AND k.generation = moved.generation
      """;

  private KeyStore() {}

  static Future<List<Generation>> generations(Tx tx) {
    return generations(tx, tx.tenant());
  }

  static Future<List<Generation>> generations(Statements tx, TenantId tenant) {
    return tx.list(GENERATIONS, KeyStore::read, tenant);
  }

  /** The same, locked: nobody else adds or removes one meanwhile. */
  static Future<List<Generation>> generationsLocked(SystemTx tx, TenantId tenant) {
    return tx.list(GENERATIONS_LOCKED, KeyStore::read, tenant);
  }

  /** Whether {@code count} more seals are within {@code most}; if so they are taken. */
  static Future<Boolean> reserve(
      Statements tx, TenantId tenant, int generation, long count, long most) {
    return tx.update(RESERVE_SEALS, tenant, generation, count, most).map(rows -> rows == 1);
  }

  /** Makes {@code kek} the tenant's primary. */
  static Future<Void> succeed(SystemTx tx, TenantId tenant, WrappedKek kek) {
    return tx.update(SUPERSEDE, tenant)
        .compose(
            done ->
                tx.update(
                    NEW_PRIMARY,
                    tenant,
                    kek.generation(),
                    kek.rootKeyId(),
                    kek.wrapped(),
                    kek.check()))
        .mapEmpty();
  }

  /** Whether no node can use a superseded generation for new work any more. */
  static Future<Boolean> settled(SystemTx tx, TenantId tenant, Duration settling) {
    return tx.one(SETTLED, row -> row.getBoolean("settled"), tenant, millis(settling))
        .map(Optional::orElseThrow);
  }

  /** Marks the superseded generations that have settled; gives which. */
  static Future<List<Integer>> retire(SystemTx tx, TenantId tenant, Duration settling) {
    return tx.list(RETIRE, row -> row.getInteger("generation"), tenant, millis(settling));
  }

  static Future<List<KeyStatus>> status(SystemTx tx, TenantId tenant) {
    return tx.list(STATUS, KeyStore::readStatus, tenant);
  }

  /** Some that have been retired for longer than {@code kept}. */
  static Future<List<Id>> outlived(SystemTx tx, Duration kept, int most) {
    return tx.list(OUTLIVED, KeyStore::readId, millis(kept), most);
  }

  /** Some primaries that have sealed so much, or are so old, and are not being replaced yet. */
  static Future<List<Id>> worn(SystemTx tx, long seals, Duration age, int most) {
    String kind = OperationKind.TENANT_KEY_ROTATION.word();
    return tx.list(WORN, KeyStore::readId, seals, millis(age), kind, most);
  }

  /** Overwrites and removes a retired generation; false if there is none such. */
  static Future<Boolean> destroy(SystemTx tx, Id key) {
    return tx.update(OVERWRITE, key.tenant(), key.generation())
        .compose(done -> tx.update(REMOVE, key.tenant(), key.generation()))
        .map(rows -> rows == 1);
  }

  /** Generations that another root key than {@code id} wraps, locked. */
  static Future<List<Owned>> underOthers(SystemTx tx, String id, int most) {
    return tx.list(UNDER_OTHERS, row -> new Owned(readId(row).tenant(), readKek(row)), id, most);
  }

  /** How many keys, of tenants and of the installation, another root key wraps. */
  static Future<Long> countUnderOthers(SystemTx tx, String id) {
    return tx.one(COUNT_UNDER_OTHERS, row -> row.getLong("count"), id).map(Optional::orElseThrow);
  }

  /** Writes generations as another root key wraps them. */
  static Future<Void> move(SystemTx tx, List<Owned> moved, String rootKeyId) {
    return tx.update(
            MOVE,
            moved.stream().map(one -> one.tenant().value()).toArray(UUID[]::new),
            moved.stream().map(one -> one.kek().generation()).toArray(Integer[]::new),
            moved.stream().map(one -> one.kek().wrapped()).toArray(byte[][]::new),
            rootKeyId)
        .mapEmpty();
  }

  private static double millis(Duration time) {
    return time.toMillis();
  }

  private static Generation read(Row row) {
    return new Generation(readKek(row), row.getBoolean("is_primary"));
  }

  private static WrappedKek readKek(Row row) {
    return new WrappedKek(
        row.getInteger("generation"),
        row.getString("root_key_id"),
        row.getBuffer("wrapped").getBytes(),
        row.getBuffer("key_check").getBytes());
  }

  private static Id readId(Row row) {
    return new Id(new TenantId(row.getUUID("tenant_id")), row.getInteger("generation"));
  }

  private static KeyStatus readStatus(Row row) {
    return new KeyStatus(
        row.getInteger("generation"),
        row.getString("root_key_id"),
        row.getBoolean("is_primary"),
        row.getLong("seals"),
        row.getLong("versions"),
        row.getOffsetDateTime("created_at").toInstant(),
        Optional.ofNullable(time(row, "superseded_at")),
        Optional.ofNullable(time(row, "retired_at")));
  }

  private static @Nullable Instant time(Row row, String column) {
    return row.getOffsetDateTime(column) == null ? null : row.getOffsetDateTime(column).toInstant();
  }
}
