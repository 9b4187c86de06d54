package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.BatchTx;
import io.hushbus.db.Db;
import io.hushbus.db.GatheredReads;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks single names up in exactly their scopes, for many requests in one statement. */
final class HeadLookups {

  private static final int MOST_AT_ONCE = 512;

  private static final String ASKED =
      """
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
        WITH ORDINALITY AS asked (tenant_id, project, domain, name, ordinal)
      """;

  private static final String ADOPTION =
      """
      SELECT t.adoption_id FROM adoption t
      WHERE t.tenant_id = asked.tenant_id AND t.project_id = asked.project
        AND t.scope_domain = asked.domain AND t.folded_name = asked.name
      LIMIT 1
      """;

  /**
   * A row for each name: the head, if there is one, and whether something is adopted under it.
   * Names are unique, and the limits are what keeps the planner to one look into an index for each.
   */
  private static final String HEADS =
      "SELECT asked.ordinal, ("
          + ADOPTION
          + ") AS adopted, head.* "
          + ASKED
          + "LEFT JOIN LATERAL (SELECT "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          WHERE s.tenant_id = asked.tenant_id AND s.scope_project = asked.project
            AND s.scope_domain = asked.domain AND s.folded_name = asked.name
            AND s.deleted_at IS NULL
          LIMIT 1) head ON true
          """;

  private static final String ADOPTED =
      "SELECT asked.ordinal, "
          + AdoptionRows.COLUMNS
          + ", "
          + SecretRows.COLUMNS
          + " "
          + ASKED
          + "CROSS JOIN LATERAL ("
          + ADOPTION
          + """
          ) hit
          JOIN adoption a ON a.tenant_id = asked.tenant_id AND a.adoption_id = hit.adoption_id
          """
          + AdoptionRows.LIVING;

  /** A name in exactly one scope. */
  private record Ask(TenantId tenant, Scope scope, SecretName name) {}

  private record Lookup(Ask ask, Keyring keyring) {}

  private final Vault vault;
  private final GatheredReads<Lookup, Future<Secrets.Listed>> reads;

  HeadLookups(Db db, Vault vault) {
    this.vault = vault;
    this.reads = db.gathering(MOST_AT_ONCE, lookup -> lookup.ask().tenant(), this::read);
  }

  /**
   * The head of the secret of exactly this scope and name, or what is adopted there under that
   * name; as of a moment after this was called.
   *
   * @return {@link Failure.Missing} if there is neither; {@link Failure.Integrity} if the head does
   *     not verify
   */
  Future<Secrets.Listed> look(TenantId tenant, Scope scope, SecretName name) {
    Ask ask = new Ask(tenant, scope, name);
    return vault.learning(
        () ->
            vault
                .keyring(tenant)
                .compose(keyring -> reads.submit(new Lookup(ask, keyring)))
                .compose(answer -> answer));
  }

  private Future<List<Future<Secrets.Listed>>> read(BatchTx tx, List<Lookup> lookups) {
    return rows(tx, HEADS, lookups)
        .compose(heads -> adopted(tx, lookups, heads).map(hits -> each(lookups, heads, hits)));
  }

  /** Mostly nothing is, and then nobody asks. */
  private static Future<Map<Integer, Row>> adopted(
      BatchTx tx, List<Lookup> lookups, Map<Integer, Row> heads) {
    return heads.values().stream().allMatch(row -> row.getUUID("adopted") == null)
        ? Future.succeededFuture(Map.of())
        : rows(tx, ADOPTED, lookups);
  }

  /** By the place of the lookup. */
  private static Future<Map<Integer, Row>> rows(BatchTx tx, String sql, List<Lookup> lookups) {
    UUID[] tenants = new UUID[lookups.size()];
    UUID[] projects = new UUID[lookups.size()];
    UUID[] domains = new UUID[lookups.size()];
    String[] names = new String[lookups.size()];
    for (int i = 0; i < names.length; i++) {
      Ask ask = lookups.get(i).ask();
      tenants[i] = ask.tenant().value();
      projects[i] = Places.project(ask.scope());
      domains[i] = Places.domain(ask.scope());
      names[i] = ask.name().folded();
    }
    return tx.query(sql, tenants, projects, domains, names)
        .map(
            rows -> {
              Map<Integer, Row> byPlace = new HashMap<>();
              rows.forEach(row -> byPlace.put(row.getLong("ordinal").intValue() - 1, row));
              return byPlace;
            });
  }

  private List<Future<Secrets.Listed>> each(
      List<Lookup> lookups, Map<Integer, Row> heads, Map<Integer, Row> adopted) {
    List<Future<Secrets.Listed>> answers = new ArrayList<>(lookups.size());
    for (int i = 0; i < lookups.size(); i++) {
      Lookup lookup = lookups.get(i);
      Row head = heads.get(i);
      Row adoption = adopted.get(i);
      answers.add(Future.succeededFuture(lookup).map(one -> listed(one, head, adoption)));
    }
    return answers;
  }

  private Secrets.Listed listed(Lookup lookup, @Nullable Row head, @Nullable Row adoption) {
    RowMacs macs = vault.macs(lookup.keyring());
    return Optional.ofNullable(adoption)
        .map(AdoptionStore::found)
        .flatMap(found -> SharingTx.living(macs, found))
        .map(Secrets.Listed::of)
        .orElseGet(() -> own(macs, lookup.ask().scope(), head));
  }

  private static Secrets.Listed own(RowMacs macs, Scope scope, @Nullable Row head) {
    if (head == null || head.getUUID("secret_id") == null) {
      throw Failure.missing("secret");
    }
    return Secrets.Listed.own(macs.checked(SecretRows.stored(head, scope)));
  }
}
