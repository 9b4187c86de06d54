package io.hushbus.secret;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.crypto.SealContext;
import io.hushbus.crypto.Sealed;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.KeyedRows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Versions of secrets under their tenant's key: by their MACs, and by the wrapping of the key that
 * their content is encrypted with. The content itself is neither opened nor changed.
 */
final class KeyedVersions implements KeyedRows {

  private static final int WINDOW = 5_000;

  private static final String BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM secret_version WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String WINDOW_END =
      """
      SELECT secret_id, version FROM secret_version
      WHERE tenant_id = $1 AND (secret_id, version) > ($2, $3)
      ORDER BY secret_id, version OFFSET $4 LIMIT 1
      """;

  private static final String NEXT =
      "SELECT v.secret_id, s.scope_project, s.scope_domain, s.type, "
          + VersionStore.COLUMNS
          + """

          FROM secret_version v
          JOIN secret s ON s.tenant_id = v.tenant_id AND s.secret_id = v.secret_id
          WHERE v.tenant_id = $1 AND v.mac_generation <> $2
            AND (v.secret_id, v.version) > ($3, $4)
            AND ($5::uuid IS NULL OR (v.secret_id, v.version) <= ($5, $6))
          ORDER BY v.secret_id, v.version LIMIT $7
          """;

  private static final String MOVE =
      """
      UPDATE secret_version v SET mac_generation = $2, row_mac = moved.after, sealed = moved.sealed
      FROM unnest($3::uuid[], $4::int[], $5::bytea[], $6::bytea[], $7::bytea[])
        AS moved (secret_id, version, before, after, sealed)
      WHERE v.tenant_id = $1 AND v.secret_id = moved.secret_id AND v.version = moved.version
        AND v.row_mac = moved.before
      """;

  /** A place in the order of versions. */
  private record At(UUID secret, int version) {
    static final At START = new At(new UUID(0, 0), 0);

    static At parse(String text) {
      int slash = text.indexOf('/');
      return slash < 0
          ? START
          : new At(
              UUID.fromString(text.substring(0, slash)),
              Integer.parseInt(text.substring(slash + 1)));
    }

    String text() {
      return secret + "/" + version;
    }
  }

  private record Behind(At at, SealContext context, VersionStore.SealedVersion row) {}

  private record Moved(At at, RowMac before, RowMac after, byte @Nullable [] sealed) {}

  private final Envelope envelope;
  private final CryptoPool pool;

  KeyedVersions(Envelope envelope, CryptoPool pool) {
    this.envelope = envelope;
    this.pool = pool;
  }

  @Override
  public String table() {
    return "secret_version";
  }

  @Override
  public Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most) {
    return tx.one(BEHIND, row -> row.getLong("count"), tenant, primary, most)
        .map(Optional::orElseThrow);
  }

  @Override
  public Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit) {
    At start = At.parse(after);
    return tx.one(
            WINDOW_END,
            row -> new At(row.getUUID("secret_id"), row.getInteger("version")),
            ring.tenant(),
            start.secret(),
            start.version(),
            (long) WINDOW - 1)
        .compose(end -> batch(tx, ring, start, end, limit));
  }

  private Future<Batch> batch(SystemTx tx, Keyring ring, At start, Optional<At> end, int most) {
    return tx.list(
            NEXT,
            row -> behind(ring.tenant(), row),
            ring.tenant(),
            ring.primary(),
            start.secret(),
            start.version(),
            end.map(At::secret).orElse(null),
            end.map(At::version).orElse(0),
            most)
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(last(found, end, most), found.size(), moved)));
  }

  private static Optional<String> last(List<Behind> found, Optional<At> end, int most) {
    return (found.size() == most ? Optional.of(found.getLast().at()) : end).map(At::text);
  }

  private static Behind behind(TenantId tenant, Row row) {
    VersionStore.SealedVersion stored = VersionStore.sealedVersion(row);
    Version version = stored.version().value();
    SecretId secret = new SecretId(row.getUUID("secret_id"));
    SealContext context =
        new SealContext(
            tenant,
            row.getUUID("scope_project"),
            row.getUUID("scope_domain"),
            secret,
            version.number(),
            version.createdAt().toEpochMilli(),
            SecretType.of(row.getString("type")).orElseThrow());
    return new Behind(new At(secret.value(), version.number()), context, stored);
  }

  private List<Moved> moved(Keyring ring, List<Behind> found) {
    return found.stream().flatMap(row -> moved(ring, row).stream()).toList();
  }

  private Optional<Moved> moved(Keyring ring, Behind behind) {
    Stored<Version> row = behind.row().version();
    var canonical = row.value().canonical(ring.tenant(), behind.context().secret());
    if (!ring.knows(row.mac().generation()) || !ring.verifies(canonical, row.mac())) {
      return Optional.empty();
    }
    try {
      byte[] sealed =
          behind
              .row()
              .sealed()
              .map(old -> envelope.rewrap(ring, behind.context(), Sealed.parse(old)).bytes())
              .orElse(null);
      return Optional.of(new Moved(behind.at(), row.mac(), ring.mac(canonical), sealed));
    } catch (Failure.Integrity broken) {
      return Optional.empty();
    }
  }

  private static Future<Integer> write(SystemTx tx, Keyring ring, List<Moved> moved) {
    return moved.isEmpty()
        ? Future.succeededFuture(0)
        : tx.update(
                MOVE,
                ring.tenant(),
                ring.primary(),
                moved.stream().map(one -> one.at().secret()).toArray(UUID[]::new),
                moved.stream().map(one -> one.at().version()).toArray(Integer[]::new),
                moved.stream().map(one -> one.before().tag()).toArray(byte[][]::new),
                moved.stream().map(one -> one.after().tag()).toArray(byte[][]::new),
                moved.stream().map(Moved::sealed).toArray(byte[][]::new))
            .map(moved.size());
  }
}
