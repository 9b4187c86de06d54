package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * The table {@code version_mark}: the highest number ever given under a name in a scope. Whoever
 * gives a name to a secret, or takes it away, locks the mark first, so that two secrets never share
 * a number under one name. A mark that another hand wrote or set back is {@link
 * io.hushbus.model.Failure.Integrity}: no number is given by it.
 */
final class MarkStore {

  private static final String READ =
      """
      SELECT scope_project, scope_domain, folded_name, high_water, mac_generation, row_mac
      FROM version_mark
      WHERE tenant_id = $1 AND scope_project = $2 AND scope_domain = $3 AND folded_name = $4
      """;

  private static final String HOLD = READ + "FOR UPDATE";

  private static final String FIRST =
      """
      INSERT INTO version_mark (tenant_id, scope_project, scope_domain, folded_name, high_water,
                                mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (tenant_id, scope_project, scope_domain, folded_name) DO NOTHING
      """;

  private static final String RAISE =
      """
      UPDATE version_mark SET high_water = $5, mac_generation = $6, row_mac = $7
      WHERE tenant_id = $1 AND scope_project = $2 AND scope_domain = $3 AND folded_name = $4
      """;

  /** A mark: where, of which name, and how high. */
  record Mark(UUID project, UUID domain, String folded, int number) {

    Canonical canonical(TenantId tenant) {
      return Canonical.of("version-mark/1")
          .id(tenant.value())
          .id(project)
          .id(domain)
          .text(folded)
          .number(number);
    }
  }

  private final RowMacs macs;

  MarkStore(RowMacs macs) {
    this.macs = macs;
  }

  /** The mark as it stands: 0 where the name was never used. */
  Future<Integer> read(Tx tx, Scope scope, SecretName name) {
    return found(tx, READ, mark(scope, name, 0)).map(found -> found.map(Mark::number).orElse(0));
  }

  /**
   * Takes {@code number} for a new secret of that name; false if it was given before, perhaps to a
   * secret that is gone already. The first is given by the mark's being new.
   */
  Future<Boolean> claim(Tx tx, Scope scope, SecretName name, int number) {
    Mark mark = mark(scope, name, number);
    return first(tx, mark)
        .compose(
            first ->
                first || number == 1
                    ? Future.succeededFuture(first)
                    : held(tx, mark)
                        .compose(
                            before ->
                                before.number() >= number
                                    ? Future.succeededFuture(false)
                                    : write(tx, RAISE, mark).map(raised -> true)));
  }

  /**
   * Locks the mark to the end of the transaction and raises it to at least {@code number}; gives
   * what it is then.
   */
  Future<Integer> raise(Tx tx, Scope scope, SecretName name, int number) {
    Mark mark = mark(scope, name, number);
    return first(tx, mark)
        .compose(
            first ->
                first
                    ? Future.succeededFuture(number)
                    : held(tx, mark)
                        .compose(
                            before ->
                                before.number() >= number
                                    ? Future.succeededFuture(before.number())
                                    : write(tx, RAISE, mark).map(raised -> number)));
  }

  static MacedRow maced(Row row, TenantId tenant) {
    Stored<Mark> mark = read(row);
    return MacedRow.of(mark.value().canonical(tenant), mark.mac());
  }

  private Future<Boolean> first(Tx tx, Mark mark) {
    return write(tx, FIRST, mark).map(made -> made == 1);
  }

  private Future<Mark> held(Tx tx, Mark mark) {
    return found(tx, HOLD, mark).map(Optional::orElseThrow); // marks are not removed
  }

  private Future<Optional<Mark>> found(Tx tx, String sql, Mark mark) {
    return tx.one(sql, MarkStore::read, tx.tenant(), mark.project(), mark.domain(), mark.folded())
        .map(found -> found.map(macs::checkedMark));
  }

  private Future<Integer> write(Tx tx, String sql, Mark mark) {
    RowMac mac = macs.of(mark);
    return tx.update(
        sql,
        tx.tenant(),
        mark.project(),
        mark.domain(),
        mark.folded(),
        mark.number(),
        mac.generation(),
        mac.tag());
  }

  private static Mark mark(Scope scope, SecretName name, int number) {
    return new Mark(Places.project(scope), Places.domain(scope), name.folded(), number);
  }

  private static Stored<Mark> read(Row row) {
    Mark mark =
        new Mark(
            row.getUUID("scope_project"),
            row.getUUID("scope_domain"),
            row.getString("folded_name"),
            row.getInteger("high_water"));
    return new Stored<>(mark, Stored.mac(row, ""));
  }
}
