package io.hushbus.event;

import io.hushbus.db.Statements;
import io.hushbus.model.Action;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/**
 * Writes audit records in the transaction of what they record; the sealer moves them into the chain
 * afterwards.
 */
final class AuditTail {

  private static final String RECORD =
      """
      INSERT INTO audit_tail (tenant_id, record_id, request_id, principal, action, outcome,
                              resource_kind, resource_id, resource_name, version, project_id, source, detail)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      """;

  /** How a request ended, as audit words it. */
  enum Outcome {
    ALLOWED("allowed"),
    DENIED("denied");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }
  }

  /** Who asked for what, from where. */
  record Asker(Principal principal, Action action, UUID request, String source) {}

  private final Uuids ids;

  AuditTail(Uuids ids) {
    this.ids = ids;
  }

  Future<Void> record(Statements tx, TenantId tenant, Asker asker, Outcome outcome, Trace trace) {
    return tx.update(
            RECORD,
            tenant,
            ids.ordered(),
            asker.request(),
            asker.principal().toString(),
            asker.action().word(),
            outcome.word,
            trace.resource().kind(),
            trace.resource().id().orElse(null),
            trace.name().orElse(null),
            trace.version().isPresent() ? trace.version().getAsInt() : null,
            trace.resource().project().orElse(null),
            asker.source(),
            new JsonObject(trace.detail()))
        .mapEmpty();
  }
}
