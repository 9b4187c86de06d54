package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The table {@code rotation}. What it gives has been verified. */
final class RotationStore {

  static final String COLUMNS =
      """
      r.rotation_id, r.secret_id, r.project_id, r.domain_id, p.name AS project_name,
      d.name AS domain_name, s.name AS secret_name, r.from_version, r.to_version, r.strategy, r.phase,
      r.grace_seconds, r.deadline, r.canary_runs, r.canary_leases, r.waves, r.pause_seconds, r.stage,
      r.stage_at, r.started_by, r.started_at, r.ended_at, r.undoes, r.total, r.moved, r.failed,
      r.laggards, r.laggard_leases, r.laggard_holders, r.mac_generation, r.row_mac\
      """;

  private static final String FROM =
      """

      FROM rotation r
      JOIN secret s ON s.tenant_id = r.tenant_id AND s.secret_id = r.secret_id
      LEFT JOIN project p ON p.tenant_id = r.tenant_id AND p.project_id = r.project_id
      LEFT JOIN domain d ON d.tenant_id = r.tenant_id AND d.domain_id = r.domain_id
      """;

  private static final String FIND =
      "SELECT " + COLUMNS + FROM + " WHERE r.tenant_id = $1 AND r.rotation_id = $2";

  private static final String LOCK = FIND + " FOR NO KEY UPDATE OF r";

  private static final String UNDER_WAY =
      "SELECT "
          + COLUMNS
          + FROM
          + """
           WHERE r.tenant_id = $1 AND r.secret_id = $2 AND r.ended_at IS NULL
          FOR NO KEY UPDATE OF r
          """;

  private static final String GOING_ON =
      "SELECT "
          + COLUMNS
          + FROM
          + " WHERE r.tenant_id = $1 AND r.secret_id = $2 AND r.ended_at IS NULL";

  private static final String LIST =
      "SELECT "
          + COLUMNS
          + FROM
          + """
           WHERE r.tenant_id = $1
            AND ($2::uuid[] IS NULL OR r.project_id IS NULL OR r.project_id = ANY ($2::uuid[]))
            AND ($3::uuid IS NULL OR r.project_id = $3)
            AND ($4::uuid IS NULL OR r.secret_id = $4)
            AND ($5::text IS NULL OR r.phase = $5)
            AND (NOT $6::boolean OR r.ended_at IS NULL)
            AND ($7::uuid IS NULL OR r.rotation_id < $7)
          ORDER BY r.rotation_id DESC LIMIT $8
          """;

  private static final String INSERT =
      """
      INSERT INTO rotation (tenant_id, rotation_id, secret_id, project_id, domain_id, from_version,
                            to_version, strategy, phase, grace_seconds, deadline, canary_runs,
                            canary_leases, waves, pause_seconds, stage, stage_at, started_by,
                            started_at, undoes, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
              $20, $21, $22)
      """;

  private static final String UPDATE =
      """
      UPDATE rotation
      SET phase = $3, deadline = $4, stage = $5, stage_at = $6, ended_at = $7, total = $8, moved = $9,
          failed = $10, laggards = $11, laggard_leases = $12, laggard_holders = $13,
          mac_generation = $14, row_mac = $15, visit_at = '-infinity',
          swept_at = CASE WHEN $16 THEN clock_timestamp() END
      WHERE tenant_id = $1 AND rotation_id = $2
      """;

  /** Those first that were looked at longest ago; what is over stays until its leases are ended. */
  private static final String TO_VISIT =
      """
      SELECT r.tenant_id, r.rotation_id, r.secret_id FROM rotation r
      WHERE r.swept_at IS NULL
        AND (r.visit_at <= clock_timestamp() OR (r.tenant_id, r.secret_id) IN (
          SELECT * FROM unnest($1::uuid[], $2::uuid[])))
      ORDER BY r.visit_at LIMIT $3
      """;

  private static final String UNDER_RUN =
      """
      SELECT DISTINCT l.secret_id FROM lease l
      JOIN rotation r ON r.tenant_id = l.tenant_id AND r.secret_id = l.secret_id AND r.ended_at IS NULL
      WHERE l.tenant_id = $1 AND l.run_id = $2 LIMIT 100
      """;

  private static final String UNDER_HOLDER =
      """
      SELECT DISTINCT l.secret_id FROM lease l
      JOIN rotation r ON r.tenant_id = l.tenant_id AND r.secret_id = l.secret_id AND r.ended_at IS NULL
      WHERE l.tenant_id = $1 AND l.principal_id = $2 LIMIT 100
      """;

  private static final String VISITED =
      """
      UPDATE rotation SET visit_at = clock_timestamp() + $3::float8 * interval '1 millisecond'
      WHERE tenant_id = $1 AND rotation_id = $2
      """;

  private static final String TELL =
      """
      UPDATE rotation SET told_moved = $3, told_failed = $4, told_at = clock_timestamp()
      WHERE tenant_id = $1 AND rotation_id = $2 AND (told_moved, told_failed) <> ($3, $4)
        AND (told_at IS NULL OR told_at < clock_timestamp() - $5::float8 * interval '1 millisecond')
      """;

  private static final String SWEPT =
      "UPDATE rotation SET swept_at = clock_timestamp() WHERE tenant_id = $1 AND rotation_id = $2";

  /** Its rows by what depends on the tenants' keys; of rotations that are over too. */
  static final MacedTable TABLE =
      MacedTable.of(
          "rotation",
          "r",
          "rotation_id",
          "SELECT " + COLUMNS + FROM + " WHERE r.tenant_id = $1 AND r.mac_generation <> $2\n",
          (row, tenant) -> {
            Keyed keyed = keyed(row);
            return MacedRow.of(keyed.rotation().canonical(tenant), keyed.mac());
          });

  /** A rotation of some tenant that is to be looked at. */
  record Due(TenantId tenant, UUID id, SecretId secret) {}

  /**
   * @param projects only of these, and of the tenant as a whole; empty: of all
   * @param open only those that go on
   */
  record Filter(
      Optional<Set<UUID>> projects,
      Optional<UUID> project,
      Optional<SecretId> secret,
      Optional<Phase> phase,
      boolean open,
      Optional<UUID> before,
      int limit) {}

  private final Keyring keyring;

  RotationStore(Keyring keyring) {
    this.keyring = keyring;
  }

  Future<Optional<Rotation>> find(Tx tx, UUID id) {
    return tx.one(FIND, this::checked, tx.tenant(), id);
  }

  /** The same, locked to the end of the transaction; the secret's head was locked before. */
  Future<Optional<Rotation>> lock(Tx tx, UUID id) {
    return tx.one(LOCK, this::checked, tx.tenant(), id);
  }

  /** The rotation of a secret that goes on, locked. */
  Future<Optional<Rotation>> underWay(Tx tx, SecretId secret) {
    return tx.one(UNDER_WAY, this::checked, tx.tenant(), secret);
  }

  /** The same without the lock. */
  Future<Optional<Rotation>> goingOn(Tx tx, SecretId secret) {
    return tx.one(GOING_ON, this::checked, tx.tenant(), secret);
  }

  /** Newest first. */
  Future<List<Rotation>> list(Tx tx, Filter filter) {
    return tx.list(
        LIST,
        this::checked,
        tx.tenant(),
        filter.projects().map(all -> all.toArray(UUID[]::new)).orElse(null),
        filter.project().orElse(null),
        filter.secret().map(SecretId::value).orElse(null),
        filter.phase().map(Phase::word).orElse(null),
        filter.open(),
        filter.before().orElse(null),
        filter.limit());
  }

  Future<Void> insert(Tx tx, Rotation rotation) {
    RowMac mac = keyring.mac(rotation.canonical(tx.tenant()));
    Staging staging = rotation.staging();
    return tx.update(
            INSERT,
            tx.tenant(),
            rotation.id(),
            rotation.secret(),
            rotation.scope().inProject().map(Scope.Place::id).orElse(null),
            rotation.scope().inDomain().map(Scope.Place::id).orElse(null),
            rotation.from(),
            rotation.to(),
            rotation.strategy().word(),
            rotation.phase().word(),
            rotation.grace().toSeconds(),
            rotation.deadline().orElse(null),
            staging.runs().toArray(UUID[]::new),
            staging.leases().toArray(UUID[]::new),
            staging.waves().toArray(Integer[]::new),
            staging.pause().toSeconds(),
            rotation.stage(),
            rotation.stageAt().orElse(null),
            rotation.startedBy(),
            rotation.startedAt(),
            rotation.undoes().orElse(null),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  /**
   * Writes where a rotation stands.
   *
   * @param swept whether nothing is left to be done for it
   */
  Future<Void> update(Tx tx, Rotation rotation, boolean swept) {
    RowMac mac = keyring.mac(rotation.canonical(tx.tenant()));
    Optional<Rotation.End> end = rotation.end();
    List<Rotation.Laggard> named = end.map(Rotation.End::named).orElse(List.of());
    return tx.update(
            UPDATE,
            tx.tenant(),
            rotation.id(),
            rotation.phase().word(),
            rotation.deadline().orElse(null),
            rotation.stage(),
            rotation.stageAt().orElse(null),
            rotation.endedAt().orElse(null),
            end.map(Rotation.End::total).orElse(null),
            end.map(Rotation.End::moved).orElse(null),
            end.map(Rotation.End::failed).orElse(null),
            end.map(Rotation.End::laggards).orElse(null),
            named.stream().map(Rotation.Laggard::lease).toArray(UUID[]::new),
            named.stream().map(Rotation.Laggard::holder).toArray(String[]::new),
            mac.generation(),
            mac.tag(),
            swept)
        .mapEmpty();
  }

  /** What is to be looked at now, whosever it is, and of the secrets in question besides. */
  static Future<List<Due>> toVisit(SystemTx tx, List<Hinted> hinted, int limit) {
    return tx.list(
        TO_VISIT,
        row ->
            new Due(
                new TenantId(row.getUUID("tenant_id")), row.getUUID("rotation_id"), secret(row)),
        hinted.stream().map(one -> one.tenant().value()).toArray(UUID[]::new),
        hinted.stream().map(one -> one.secret().value()).toArray(UUID[]::new),
        limit);
  }

  /** A secret about whose holders something was heard. */
  record Hinted(TenantId tenant, SecretId secret) {}

  /** Secrets that are being rotated and that a run had leases on. */
  static Future<List<SecretId>> underRun(Tx tx, UUID run) {
    return tx.list(UNDER_RUN, RotationStore::secret, tx.tenant(), run);
  }

  /** The same of a principal. */
  static Future<List<SecretId>> underHolder(Tx tx, UUID principal) {
    return tx.list(UNDER_HOLDER, RotationStore::secret, tx.tenant(), principal);
  }

  private static SecretId secret(Row row) {
    return new SecretId(row.getUUID("secret_id"));
  }

  static Future<Void> visited(Statements tx, TenantId tenant, UUID id, Duration pause) {
    return tx.update(VISITED, tenant, id, (double) pause.toMillis()).mapEmpty();
  }

  /** Takes the right to tell of a progress; false if there is none, or one was told just now. */
  static Future<Boolean> tell(Tx tx, UUID id, long moved, long failed, Duration pause) {
    return tx.update(TELL, tx.tenant(), id, moved, failed, (double) pause.toMillis())
        .map(rows -> rows == 1);
  }

  static Future<Void> swept(Tx tx, UUID id) {
    return tx.update(SWEPT, tx.tenant(), id).mapEmpty();
  }

  private Rotation checked(Row row) {
    Keyed found = keyed(row);
    if (!keyring.verifies(found.rotation().canonical(keyring.tenant()), found.mac())) {
      throw Failure.integrity("rotation");
    }
    return found.rotation();
  }

  /** A rotation as its row has it, with the MAC that says whether that is so. */
  record Keyed(Rotation rotation, RowMac mac) {}

  static Keyed keyed(Row row) {
    return new Keyed(rotation(row), MacedRow.mac(row, ""));
  }

  private static Rotation rotation(Row row) {
    return new Rotation(
        row.getUUID("rotation_id"),
        new SecretId(row.getUUID("secret_id")),
        scope(row),
        new SecretName(row.getString("secret_name")),
        row.getInteger("from_version"),
        row.getInteger("to_version"),
        Strategy.of(row.getString("strategy")),
        Phase.of(row.getString("phase")),
        Duration.ofSeconds(row.getLong("grace_seconds")),
        time(row, "deadline"),
        staging(row),
        row.getInteger("stage"),
        time(row, "stage_at"),
        row.getString("started_by"),
        time(row, "started_at").orElseThrow(),
        time(row, "ended_at"),
        Optional.ofNullable(row.getUUID("undoes")),
        end(row));
  }

  private static Staging staging(Row row) {
    return new Staging(
        Set.of(row.getArrayOfUUIDs("canary_runs")),
        Set.of(row.getArrayOfUUIDs("canary_leases")),
        List.of(row.getArrayOfIntegers("waves")),
        Duration.ofSeconds(row.getLong("pause_seconds")));
  }

  private static Optional<Rotation.End> end(Row row) {
    if (row.getLong("total") == null) {
      return Optional.empty();
    }
    UUID[] leases = row.getArrayOfUUIDs("laggard_leases");
    String[] holders = row.getArrayOfStrings("laggard_holders");
    List<Rotation.Laggard> named = new ArrayList<>();
    for (int i = 0; i < Math.min(leases.length, holders.length); i++) {
      named.add(new Rotation.Laggard(leases[i], holders[i]));
    }
    return Optional.of(
        new Rotation.End(
            row.getLong("total"),
            row.getLong("moved"),
            row.getLong("failed"),
            row.getLong("laggards"),
            named));
  }

  static Scope scope(Row row) {
    return Scope.of(place(row, "project"), place(row, "domain"));
  }

  private static Optional<Scope.Place> place(Row row, String kind) {
    return Optional.ofNullable(row.getString(kind + "_name"))
        .map(name -> new Scope.Place(row.getUUID(kind + "_id"), new ObjectName(name)));
  }

  static Optional<Instant> time(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column))
        .map(at -> at.toInstant().truncatedTo(ChronoUnit.MILLIS));
  }
}
