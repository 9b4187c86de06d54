package io.hushbus.delivery;

import io.hushbus.crypto.Canonical;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which events a stored reader wants, as it is stored: an absent part wants everything.
 *
 * @param types full words
 * @param secrets names or ids
 */
public record Selection(
    List<String> types, Optional<UUID> project, Optional<UUID> domain, List<String> secrets) {

  /** Wants everything. */
  public static final Selection ALL =
      new Selection(List.of(), Optional.empty(), Optional.empty(), List.of());

  public Selection {
    types = types.stream().distinct().sorted().toList();
    secrets = secrets.stream().distinct().sorted().toList();
  }

  EventFilter filter() {
    return new EventFilter(
        Set.copyOf(types),
        project.map(Set::of).orElse(Set.of()),
        domain.map(Set::of).orElse(Set.of()),
        Set.copyOf(secrets));
  }

  /** As part of what the MAC of a row covers. */
  Canonical into(Canonical row) {
    row.number(types.size());
    types.forEach(row::text);
    row.id(project.orElse(null)).id(domain.orElse(null)).number(secrets.size());
    secrets.forEach(row::text);
    return row;
  }

  static Selection read(Row row) {
    return new Selection(
        List.of(row.getArrayOfStrings("types")),
        Optional.ofNullable(row.getUUID("project_id")),
        Optional.ofNullable(row.getUUID("domain_id")),
        List.of(row.getArrayOfStrings("secrets")));
  }
}
