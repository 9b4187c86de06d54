package io.hushbus.secret;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.db.UniqueViolation;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table {@code adoption}: which project has taken in which secret of another one. */
final class AdoptionStore {

  private static final String SELECT =
      "SELECT "
          + AdoptionRows.COLUMNS
          + ", "
          + SecretRows.COLUMNS
          + " FROM adoption a "
          + AdoptionRows.LIVING;

  private static final String AT =
      SELECT
          + """
          WHERE a.tenant_id = $1 AND a.project_id = $2 AND a.scope_domain = $3 AND a.folded_name = $4
          """;

  private static final String BY_ID = SELECT + " WHERE a.tenant_id = $1 AND a.adoption_id = $2";

  private static final String HELD = BY_ID + " FOR SHARE OF a";

  private static final String LIST =
      SELECT
          + """
          WHERE a.tenant_id = $1 AND a.project_id = $2 AND a.scope_domain = ANY ($3::uuid[])
            AND a.folded_name > $4
          ORDER BY a.folded_name, a.scope_domain
          """;

  private static final String OF_PROJECT =
      SELECT
          + """
          WHERE a.tenant_id = $1 AND a.project_id = $2 AND a.adoption_id > $3
          ORDER BY a.adoption_id LIMIT $4
          """;

  private static final String OF_SECRET =
      SELECT
          + """
          WHERE a.tenant_id = $1 AND a.secret_id = $2 AND a.adoption_id > $3
          ORDER BY a.adoption_id LIMIT $4
          """;

  /** Any row counts: what is not genuine cannot be told from a constraint that will refuse. */
  private static final String TAKEN =
      """
      SELECT adoption_id FROM adoption
      WHERE tenant_id = $1 AND project_id = $2 AND scope_domain = $3 AND folded_name = $4
      """;

  private static final String INSERT =
      """
      INSERT INTO adoption (tenant_id, adoption_id, share_id, secret_id, project_id, domain_id, name,
                            folded_name, created_by, created_at, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      """;

  private static final String ENDED =
      """

      RETURNING a.adoption_id, a.share_id, a.secret_id, a.project_id, a.domain_id, a.name,
        a.folded_name
      """;

  private static final String END =
      "DELETE FROM adoption a WHERE a.tenant_id = $1 AND a.adoption_id = $2" + ENDED;

  private static final String END_OF_SHARE =
      "DELETE FROM adoption a WHERE a.tenant_id = $1 AND a.share_id = $2" + ENDED;

  private static final String END_OF_PROJECT =
      """
      DELETE FROM adoption a
      WHERE a.tenant_id = $1 AND (a.project_id = $2 OR a.secret_id IN (
        SELECT s.secret_id FROM secret s WHERE s.tenant_id = $1 AND s.project_id = $2))\
      """
          + ENDED;

  private static final String END_OF_SECRET =
      "DELETE FROM adoption a WHERE a.tenant_id = $1 AND a.secret_id = $2" + ENDED;

  private static final UUID FIRST = new UUID(0, 0);

  /** What both sides look like in a row: to be checked. */
  record Found(AdoptionRows.Candidate candidate, Stored<Secret> head) {}

  /** An adoption that is no more. */
  record Ended(
      UUID id,
      UUID share,
      SecretId secret,
      UUID project,
      Optional<UUID> domain,
      String name,
      String folded) {}

  Future<Optional<Found>> at(Tx tx, Scope scope, SecretName name) {
    return tx.one(
        AT,
        AdoptionStore::found,
        tx.tenant(),
        Places.project(scope),
        Places.domain(scope),
        name.folded());
  }

  Future<Optional<Found>> find(Statements tx, TenantId tenant, UUID id) {
    return tx.one(BY_ID, AdoptionStore::found, tenant, id);
  }

  /** The same, and it stays to the end of the transaction. */
  Future<Optional<Found>> hold(Tx tx, UUID id) {
    return tx.one(HELD, AdoptionStore::found, tx.tenant(), id);
  }

  /** Those of one project in any of the domains, in order of their folded names. */
  Future<List<Found>> list(Tx tx, UUID project, UUID[] domains, String after) {
    return tx.list(LIST, AdoptionStore::found, tx.tenant(), project, domains, after);
  }

  /** By their ids, those after one. */
  Future<List<Found>> ofProject(Tx tx, UUID project, Optional<UUID> after, int limit) {
    return tx.list(
        OF_PROJECT, AdoptionStore::found, tx.tenant(), project, after.orElse(FIRST), limit);
  }

  /** By their ids, those after one. */
  Future<List<Found>> ofSecret(Tx tx, SecretId secret, Optional<UUID> after, int limit) {
    return tx.list(
        OF_SECRET, AdoptionStore::found, tx.tenant(), secret, after.orElse(FIRST), limit);
  }

  Future<Boolean> taken(Tx tx, Scope scope, SecretName name) {
    return tx.one(
            TAKEN,
            row -> row.getUUID("adoption_id"),
            tx.tenant(),
            Places.project(scope),
            Places.domain(scope),
            name.folded())
        .map(Optional::isPresent);
  }

  Future<Void> insert(Tx tx, Adoption adoption, RowMac mac) {
    return tx.update(
            INSERT,
            tx.tenant(),
            adoption.id(),
            adoption.share(),
            adoption.secret(),
            Places.project(adoption.scope()),
            adoption.scope().inDomain().map(Scope.Place::id).orElse(null),
            adoption.name().text(),
            adoption.name().folded(),
            adoption.createdBy(),
            adoption.createdAt(),
            mac.generation(),
            mac.tag())
        .recover(AdoptionStore::refused)
        .mapEmpty();
  }

  Future<Optional<Ended>> end(Tx tx, UUID id) {
    return tx.one(END, AdoptionStore::ended, tx.tenant(), id);
  }

  Future<List<Ended>> endOfShare(Tx tx, UUID share) {
    return tx.list(END_OF_SHARE, AdoptionStore::ended, tx.tenant(), share);
  }

  Future<List<Ended>> endOfSecret(Tx tx, SecretId secret) {
    return tx.list(END_OF_SECRET, AdoptionStore::ended, tx.tenant(), secret);
  }

  /** Those that the project made, and those that others made of its secrets. */
  Future<List<Ended>> endOfProject(Tx tx, UUID project) {
    return tx.list(END_OF_PROJECT, AdoptionStore::ended, tx.tenant(), project);
  }

  private static Future<Integer> refused(Throwable cause) {
    return Future.failedFuture(
        cause instanceof UniqueViolation violation
            ? Failure.conflict(
                violation.constraint().equals("adoption_once")
                    ? Failure.Reason.STATE
                    : Failure.Reason.NAME_TAKEN)
            : cause);
  }

  static Found found(Row row) {
    return new Found(AdoptionRows.candidate(row), AdoptionRows.head(row));
  }

  static Ended ended(Row row) {
    return new Ended(
        row.getUUID("adoption_id"),
        row.getUUID("share_id"),
        new SecretId(row.getUUID("secret_id")),
        row.getUUID("project_id"),
        Optional.ofNullable(row.getUUID("domain_id")),
        row.getString("name"),
        row.getString("folded_name"));
  }
}
