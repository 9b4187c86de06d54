package io.hushbus.delivery;

import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes events as the ledger does: the counter first, then the rows, last before the commit. */
final class TestLog {

  static final String CREATED = "io.hushbus.secret.created.v1";
  static final String ANNOUNCED = "io.hushbus.secret.version.announced.v1";

  private static final String APPEND =
      """
      WITH head AS (
        UPDATE tenant_stream SET head = head + $2 WHERE tenant_id = $1
        RETURNING tenant_id, epoch, head - $2 AS base)
      INSERT INTO event (tenant_id, epoch, position, event_id, type, subject, project_id, domain_id,
                         request_id, data, at)
      SELECT tenant_id, epoch, base + n, gen_random_uuid(), $3, 'secrets/' || $4::uuid, $5, NULL,
             gen_random_uuid(),
             jsonb_build_object('secret_id', $4::uuid, 'name', $6::text, 'version', base + n,
                                'pad', repeat('x', $7)),
             clock_timestamp()
      FROM head, generate_series(1, $2) AS n
      """;

  private final TestDatabase database;
  private final Db db;

  TestLog(TestDatabase database, Db db) {
    this.database = database;
    this.db = db;
  }

  /** What an event is about. */
  record About(String type, UUID secret, String name, Optional<UUID> project, int padding) {

    static final About DEFAULT =
        new About(ANNOUNCED, new UUID(7, 7), "db-password", Optional.empty(), 0);

    About in(UUID project) {
      return new About(type, secret, name, Optional.of(project), padding);
    }

    About padded(int bytes) {
      return new About(type, secret, name, project, bytes);
    }
  }

  TenantId tenant() {
    UUID id = UUID.randomUUID();
    database.asOwner(
        "INSERT INTO tenant (tenant_id, name) VALUES ('%s', 't-%s');".formatted(id, id)
            + "INSERT INTO tenant_stream (tenant_id, epoch) VALUES ('%s', 1)".formatted(id));
    return new TenantId(id);
  }

  void commit(TenantId tenant, int events) {
    commit(tenant, events, About.DEFAULT);
  }

  void commit(TenantId tenant, int events, About about) {
    db.write(tenant, tx -> append(tx, events, about)).await();
  }

  Future<Integer> append(Tx tx, int events, About about) {
    @Nullable UUID project = about.project().orElse(null);
    return tx.update(
        APPEND,
        tx.tenant(),
        events,
        about.type(),
        about.secret(),
        project,
        about.name(),
        about.padding());
  }
}
