package io.hushbus.secret;

import io.hushbus.db.Tx;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;

/**
 * The table {@code version_mark}: the highest number ever given under a name in a scope. Whoever
 * gives a name to a secret, or takes it away, locks the mark first, so that two secrets never share
 * a number under one name.
 */
final class MarkStore {

  private static final String READ =
      """
      SELECT high_water FROM version_mark
      WHERE tenant_id = $1 AND scope_project = $2 AND scope_domain = $3 AND folded_name = $4
      """;

  private static final String RAISE =
      """
      INSERT INTO version_mark AS mark (tenant_id, scope_project, scope_domain, folded_name, high_water)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (tenant_id, scope_project, scope_domain, folded_name)
      DO UPDATE SET high_water = greatest(mark.high_water, excluded.high_water)
      RETURNING high_water
      """;

  private static final String CLAIM =
      """
      INSERT INTO version_mark AS mark (tenant_id, scope_project, scope_domain, folded_name, high_water)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (tenant_id, scope_project, scope_domain, folded_name)
      DO UPDATE SET high_water = excluded.high_water WHERE mark.high_water < excluded.high_water
      """;

  /** The mark as it stands: 0 where the name was never used. */
  Future<Integer> read(Tx tx, Scope scope, SecretName name) {
    return tx.one(
            READ,
            row -> row.getInteger("high_water"),
            tx.tenant(),
            Places.project(scope),
            Places.domain(scope),
            name.folded())
        .map(mark -> mark.orElse(0));
  }

  /**
   * Takes {@code number} for a new secret of that name; false if it was given before, perhaps to a
   * secret that is gone already.
   */
  Future<Boolean> claim(Tx tx, Scope scope, SecretName name, int number) {
    return tx.update(
            CLAIM, tx.tenant(), Places.project(scope), Places.domain(scope), name.folded(), number)
        .map(taken -> taken == 1);
  }

  /**
   * Locks the mark to the end of the transaction and raises it to at least {@code number}; gives
   * what it is then.
   */
  Future<Integer> raise(Tx tx, Scope scope, SecretName name, int number) {
    return tx.one(
            RAISE,
            row -> row.getInteger("high_water"),
            tx.tenant(),
            Places.project(scope),
            Places.domain(scope),
            name.folded(),
            number)
        .map(mark -> mark.orElseThrow());
  }
}
