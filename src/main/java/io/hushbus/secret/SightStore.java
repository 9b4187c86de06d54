package io.hushbus.secret;

import io.hushbus.db.Tx;
import io.hushbus.model.EntryName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks many names up along a cascade, with all that is in the way, in one statement. */
final class SightStore {

  private static final String VERSION =
      VersionStore.COLUMNS.replace("v.sealed", "NULL::bytea AS sealed");

  /** Adoptions as in {@link SecretOpener}: which of them count, only their MACs can say. */
  static final String CANDIDATES =
      "SELECT asked.ordinal, v.entry_sizes, v.entry_zeros, "
          + SecretRows.COLUMNS
          + ", "
          + VERSION
          + ", "
          + AdoptionRows.COLUMNS
          + """

          FROM unnest($5::text[]) WITH ORDINALITY AS asked (name, ordinal)
          CROSS JOIN LATERAL (
            SELECT c.tenant_id, c.secret_id, NULL::uuid AS adoption_id FROM secret c
            WHERE c.tenant_id = $1 AND c.folded_name = asked.name AND c.deleted_at IS NULL
              AND c.scope_project = ANY ($3::uuid[])
              AND c.scope_domain = ANY ($4::uuid[])
            UNION ALL
            SELECT t.tenant_id, t.secret_id, t.adoption_id FROM adoption t
            WHERE t.tenant_id = $1 AND t.project_id = $2 AND t.folded_name = asked.name
              AND (t.domain_id IS NULL OR t.scope_domain = ANY ($4::uuid[]))) hit
          """
          + CurrentRows.BEHIND_HIT;

  /** What one name may stand for. */
  record Candidate(
      int asked,
      Stored<Secret> head,
      VersionStore.SealedVersion version,
      List<EntrySize> entries,
      Optional<AdoptionRows.Candidate> adoption) {

    Scope place() {
      return adoption.map(one -> one.adoption().value().scope()).orElse(head.value().scope());
    }
  }

  /** Those of all names, each with the place of its name in the list. */
  Future<List<Candidate>> candidates(Tx tx, Scope scope, List<SecretName> names) {
    List<Scope> places = scope.cascade();
    return tx.list(
        CANDIDATES,
        row -> candidate(row, scope),
        tx.tenant(),
        scope.inProject().map(Scope.Place::id).orElse(null),
        places.stream().map(Places::project).distinct().toArray(UUID[]::new),
        places.stream().map(Places::domain).distinct().toArray(UUID[]::new),
        names.stream().map(SecretName::folded).toArray(String[]::new));
  }

  private static Candidate candidate(Row row, Scope asked) {
    boolean adopted = row.getUUID("adoption_id") != null;
    VersionStore.SealedVersion version = VersionStore.sealedVersion(row);
    return new Candidate(
        row.getLong("ordinal").intValue() - 1,
        SecretRows.stored(row, adopted ? SecretRows.scopeOfNames(row) : asked),
        version,
        entries(row, version.version().value()),
        adopted ? Optional.of(AdoptionRows.candidate(row)) : Optional.empty());
  }

  private static List<EntrySize> entries(Row row, Version version) {
    @Nullable Integer[] bytes = row.getArrayOfIntegers("entry_sizes");
    @Nullable Boolean[] zeros = row.getArrayOfBooleans("entry_zeros");
    List<EntrySize> entries = new ArrayList<>();
    for (int i = 0; i < version.entryNames().size(); i++) {
      EntryName name = version.entryNames().get(i);
      entries.add(
          bytes == null || zeros == null || i >= bytes.length || i >= zeros.length
              ? new EntrySize(name, version.sizeBytes(), false)
              : new EntrySize(name, orElse(bytes[i], 0), orElse(zeros[i], false)));
    }
    return entries;
  }

  private static <T> T orElse(@Nullable T value, T other) {
    return value == null ? other : value;
  }
}
