package io.hushbus.secret;

import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table {@code adoption_ended}: adoptions that have ended and may have live leases left. */
final class LeftStore {

  private static final String KEEP =
      """
      INSERT INTO adoption_ended (tenant_id, adoption_id, share_id, secret_id, project_id, domain_id,
                                  name, folded_name)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """;

  private static final String DUE =
      """
      SELECT e.tenant_id, e.adoption_id FROM adoption_ended e
      JOIN tenant t ON t.tenant_id = e.tenant_id AND t.state = 'active'
      WHERE NOT EXISTS (SELECT FROM adoption a
                        WHERE a.tenant_id = e.tenant_id AND a.adoption_id = e.adoption_id)
      ORDER BY e.ended_at LIMIT $1
      """;

  /** Of one that is not over after all, nothing may be ended: the row says what nobody did. */
  private static final String TAKE =
      """
      SELECT e.adoption_id, e.share_id, e.secret_id, e.project_id, e.domain_id, e.name,
        e.folded_name
      FROM adoption_ended e
      WHERE e.tenant_id = $1 AND e.adoption_id = $2
        AND NOT EXISTS (SELECT FROM adoption a
                        WHERE a.tenant_id = e.tenant_id AND a.adoption_id = e.adoption_id)
      FOR UPDATE OF e SKIP LOCKED
      """;

  private static final String DROP =
      """
      DELETE FROM adoption_ended WHERE tenant_id = $1 AND adoption_id = $2
      """;

  /** One that is due. */
  record Due(TenantId tenant, UUID adoption) {}

  private LeftStore() {}

  static Future<Void> keep(Tx tx, AdoptionStore.Ended ended) {
    return tx.update(
            KEEP,
            tx.tenant(),
            ended.id(),
            ended.share(),
            ended.secret(),
            ended.project(),
            ended.domain().orElse(null),
            ended.name(),
            ended.folded())
        .mapEmpty();
  }

  static Future<List<Due>> due(SystemTx tx, int most) {
    return tx.list(
        DUE,
        row -> new Due(new TenantId(row.getUUID("tenant_id")), row.getUUID("adoption_id")),
        most);
  }

  /** Held to the end of the transaction; empty if another one has it, or it is done. */
  static Future<Optional<AdoptionStore.Ended>> take(Tx tx, UUID adoption) {
    return tx.one(TAKE, AdoptionStore::ended, tx.tenant(), adoption);
  }

  static Future<Void> drop(Tx tx, UUID adoption) {
    return tx.update(DROP, tx.tenant(), adoption).mapEmpty();
  }
}
