package io.hushbus.event;

import io.hushbus.db.Tx;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Writes the event log: raises the tenant's counter and inserts the rows at the new positions, in
 * one statement.
 */
final class EventStore {

  /**
   * The counter's row stays locked until the commit, so this must be the last statement before it,
   * and the commit goes out with it. So it refuses by itself where there is no counter: an event
   * without an epoch cannot be.
   */
  private static final String APPEND =
      """
      WITH head AS (
        UPDATE tenant_stream SET head = head + cardinality($2::uuid[])
        WHERE tenant_id = $1
        RETURNING tenant_id, epoch, head - cardinality($2::uuid[]) AS base)
      INSERT INTO event (tenant_id, epoch, position, event_id, type, subject, project_id, domain_id,
                         request_id, data, at)
      SELECT $1, head.epoch, head.base + fact.ordinal, fact.event_id, fact.type,
             fact.subject, fact.project_id, fact.domain_id, $8, fact.data, clock_timestamp()
      FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::jsonb[])
        WITH ORDINALITY AS fact (event_id, type, subject, project_id, domain_id, data, ordinal)
      LEFT JOIN head ON true
      """;

  private final Uuids ids;

  EventStore(Uuids ids) {
    this.ids = ids;
  }

  /**
   * Appends {@code facts} in their order; fails if the tenant has no log, which only a deleted
   * tenant has not.
   */
  Future<Void> append(Tx tx, UUID request, List<Fact> facts) {
    return tx.update(
            APPEND,
            tx.tenant(),
            facts.stream().map(fact -> ids.ordered()).toArray(UUID[]::new),
            column(facts, fact -> fact.type().word()),
            column(facts, Fact::subject),
            places(facts, fact -> fact.project().orElse(null)),
            places(facts, fact -> fact.domain().orElse(null)),
            facts.stream().map(fact -> new JsonObject(fact.data())).toArray(JsonObject[]::new),
            request)
        .mapEmpty();
  }

  private static String[] column(List<Fact> facts, Function<Fact, String> part) {
    return facts.stream().map(part).toArray(String[]::new);
  }

  private static UUID[] places(List<Fact> facts, Function<Fact, UUID> part) {
    return facts.stream().map(part).toArray(UUID[]::new);
  }
}
