package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.LeaseId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the things that a lease is about are called, for people who look at a list of leases;
 * nothing is decided by it. What is no more has no name.
 *
 * @param secret what it is called at home
 * @param project of its home; empty: the tenant
 * @param domain of its home
 * @param holder of an account or an external workload its name, of a run its external id
 * @param run the external id of its run
 * @param attempt of that run
 * @param opener of the run, by name
 * @param place the project that it was taken in
 * @param people who has it and who opened its run, by their ids
 */
public record LeaseNames(
    Optional<String> secret,
    Optional<String> project,
    Optional<String> domain,
    Optional<String> holder,
    Optional<String> run,
    OptionalInt attempt,
    Optional<String> opener,
    Optional<UUID> place,
    Set<UUID> people) {

  /** Of a lease that is no more. */
  public static final LeaseNames NONE =
      new LeaseNames(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Set.of());

  static final String OF_LEASES =
      """
      SELECT l.lease_id, s.name AS secret_name, p.name AS project_name, d.name AS domain_name,
             CASE l.principal_kind WHEN 'run' THEN h.external_id ELSE coalesce(a.name, x.subject)
             END AS holder_name,
             r.external_id, r.attempt, coalesce(oa.name, ox.subject) AS opener_name,
             l.project_id AS place, l.principal_id, r.opener_id
      FROM lease l
      LEFT JOIN secret s ON s.tenant_id = l.tenant_id AND s.secret_id = l.secret_id
      LEFT JOIN project p ON p.tenant_id = s.tenant_id AND p.project_id = s.project_id
      LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
      LEFT JOIN run r ON r.tenant_id = l.tenant_id AND r.run_id = l.run_id
      LEFT JOIN run h ON h.tenant_id = l.tenant_id AND h.run_id = l.principal_id
      LEFT JOIN service_account a
        ON a.tenant_id = l.tenant_id AND a.account_id = l.principal_id
      LEFT JOIN external_subject x
        ON x.tenant_id = l.tenant_id AND x.principal_id = l.principal_id
      LEFT JOIN service_account oa ON oa.tenant_id = r.tenant_id AND oa.account_id = r.opener_id
      LEFT JOIN external_subject ox ON ox.tenant_id = r.tenant_id AND ox.principal_id = r.opener_id
      WHERE l.tenant_id = $1 AND l.lease_id = ANY ($2)
      """;

  /** Of each of these leases that is there, in one statement. */
  public static Future<Map<LeaseId, LeaseNames>> of(Tx tx, List<LeaseId> leases) {
    return leases.isEmpty()
        ? Future.succeededFuture(Map.of())
        : tx.list(
                OF_LEASES,
                row -> Map.entry(new LeaseId(row.getUUID("lease_id")), names(row)),
                tx.tenant(),
                leases.stream().map(LeaseId::value).distinct().toArray(UUID[]::new))
            .map(
                rows ->
                    rows.stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  private static LeaseNames names(Row row) {
    Integer attempt = row.getInteger("attempt");
    return new LeaseNames(
        text(row, "secret_name"),
        text(row, "project_name"),
        text(row, "domain_name"),
        text(row, "holder_name"),
        text(row, "external_id"),
        attempt == null ? OptionalInt.empty() : OptionalInt.of(attempt),
        text(row, "opener_name"),
        Optional.ofNullable(row.getUUID("place")),
        Stream.of("principal_id", "opener_id")
            .map(row::getUUID)
            .filter(Objects::nonNull)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Optional<String> text(Row row, String column) {
    return Optional.ofNullable(row.getString(column));
  }
}
