package io.hushbus.secret;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.SecretId;
import io.hushbus.model.VersionState;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table {@code secret_version}: immutable payloads, sealed, and their states. */
final class VersionStore {

  /** The columns of a version, for {@code FROM secret_version v}. */
  static final String COLUMNS =
      """
      v.version, v.state, v.sealed, v.size_bytes, v.entry_names AS v_entry_names, v.digest,
      v.created_by AS v_created_by, v.created_at AS v_created_at, v.valid_until,
      v.mac_generation AS v_mac_generation, v.row_mac AS v_row_mac\
      """;

  private static final String FIND =
      "SELECT "
          + COLUMNS
          + """

          FROM secret_version v
          WHERE v.tenant_id = $1 AND v.secret_id = $2 AND v.version = $3
          """;

  private static final String LIST =
      "SELECT "
          + COLUMNS
          + """

          FROM secret_version v
          WHERE v.tenant_id = $1 AND v.secret_id = $2 AND v.version < $3::bigint
          ORDER BY v.version DESC LIMIT $4
          """;

  /**
   * Without the ciphertext: nothing is opened of these. A destroyed version has none, and there may
   * be thousands of these: an index has the others alone.
   */
  static final String KEPT =
      "SELECT clock_timestamp() AS now, EXISTS (SELECT FROM adoption a"
          + " WHERE a.tenant_id = $1 AND a.secret_id = $2) AS adopted, "
          + COLUMNS.replace("v.sealed", "NULL::bytea AS sealed")
          + """

          FROM secret_version v
          WHERE v.tenant_id = $1 AND v.secret_id = $2 AND v.sealed IS NOT NULL
          ORDER BY v.version
          """;

  private static final String INSERT =
      """
      INSERT INTO secret_version (tenant_id, secret_id, version, state, sealed, size_bytes, entry_names,
                                  digest, created_by, created_at, mac_generation, row_mac,
                                  entry_sizes, entry_zeros)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      """;

  private static final String MOVE =
      """
      UPDATE secret_version SET state = $4, valid_until = $5, mac_generation = $6, row_mac = $7
      WHERE tenant_id = $1 AND secret_id = $2 AND version = $3
      """;

  private static final String DESTROY =
      """
      UPDATE secret_version SET state = 'destroyed', sealed = NULL, valid_until = NULL, mac_generation = $4,
        row_mac = $5
      WHERE tenant_id = $1 AND secret_id = $2 AND version = $3
      """;

  /** A version with its ciphertext, which a destroyed one has lost. */
  record SealedVersion(Stored<Version> version, Optional<byte[]> sealed) {}

  Future<Optional<SealedVersion>> find(Tx tx, SecretId secret, int number) {
    return tx.one(FIND, VersionStore::sealedVersion, tx.tenant(), secret, number);
  }

  /** The newest versions first, of those with a number below {@code before}. */
  Future<List<SealedVersion>> list(Tx tx, SecretId secret, long before, int limit) {
    return tx.list(LIST, VersionStore::sealedVersion, tx.tenant(), secret, before, limit);
  }

  /**
   * The versions of a secret that have not been destroyed.
   *
   * @param rows in order of their numbers, without ciphertext; none: there is no such secret
   * @param adopted whether there is an adoption of it, be it genuine or not
   * @param now the database's time when they were read
   */
  record Kept(List<SealedVersion> rows, boolean adopted, Instant now) {}

  /** What is kept of the secret; empty if nothing is. */
  Future<Optional<Kept>> kept(Tx tx, SecretId secret) {
    return tx.query(KEPT, tx.tenant(), secret).map(VersionStore::kept);
  }

  private static Optional<Kept> kept(RowSet<Row> found) {
    List<SealedVersion> rows = new ArrayList<>(found.size());
    found.forEach(row -> rows.add(sealedVersion(row)));
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    Row any = found.iterator().next();
    return Optional.of(new Kept(rows, any.getBoolean("adopted"), SecretRows.time(any, "now")));
  }

  Future<Void> insert(Tx tx, Draft draft, RowMac mac) {
    Version version = draft.version();
    return tx.update(
            INSERT,
            tx.tenant(),
            draft.head().id(),
            version.number(),
            version.state().word(),
            draft.sealed(),
            version.sizeBytes(),
            SecretStore.names(version.entryNames()),
            version.digest(),
            version.createdBy(),
            version.createdAt(),
            mac.generation(),
            mac.tag(),
            EntrySize.bytes(draft.sizes()),
            EntrySize.zeros(draft.sizes()))
        .mapEmpty();
  }

  /** Writes the state that {@code version} is in; a destroyed one loses its ciphertext. */
  Future<Void> move(Tx tx, SecretId secret, Version version, RowMac mac) {
    return (version.state() == VersionState.DESTROYED
            ? tx.update(DESTROY, tx.tenant(), secret, version.number(), mac.generation(), mac.tag())
            : tx.update(
                MOVE,
                tx.tenant(),
                secret,
                version.number(),
                version.state().word(),
                version.validUntil().orElse(null),
                mac.generation(),
                mac.tag()))
        .mapEmpty();
  }

  static SealedVersion sealedVersion(Row row) {
    return new SealedVersion(
        new Stored<>(version(row), Stored.mac(row, "v_")),
        Optional.ofNullable(row.getBuffer("sealed")).map(Buffer::getBytes));
  }

  private static Version version(Row row) {
    return new Version(
        row.getInteger("version"),
        VersionState.of(row.getString("state")),
        row.getInteger("size_bytes"),
        SecretRows.entries(row, "v_entry_names"),
        row.getBuffer("digest").getBytes(),
        row.getString("v_created_by"),
        SecretRows.time(row, "v_created_at"),
        Optional.ofNullable(SecretRows.timeOrNull(row, "valid_until")));
  }
}
