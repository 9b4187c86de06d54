package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.BatchTx;
import io.hushbus.db.Coalescer;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.db.Statements;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Finds what a task gets under a name, and opens it once its lease is recorded. Look-ups of many
 * requests travel in one statement.
 */
public final class SecretOpener {

  private static final int MOST_AT_ONCE = 512;

  /**
   * The narrowest secret of each asked name along the cascade, with its current version. No row: no
   * such secret.
   */
  private static final String CURRENT =
      "SELECT asked.ordinal, clock_timestamp() AS now, "
          + SecretRows.COLUMNS
          + ", "
          + VersionStore.COLUMNS
          + """

          FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
               WITH ORDINALITY AS asked (tenant_id, project, domain, name, ordinal)
          CROSS JOIN LATERAL (
            SELECT c.* FROM secret c
            WHERE c.tenant_id = asked.tenant_id AND c.folded_name = asked.name AND c.deleted_at IS NULL
              AND c.scope_project IN (asked.project, '00000000-0000-0000-0000-000000000000')
              AND c.scope_domain IN (asked.domain, '00000000-0000-0000-0000-000000000000')
            ORDER BY c.project_id IS NULL, c.domain_id IS NULL
            LIMIT 1) s
          JOIN secret_version v
            ON v.tenant_id = s.tenant_id AND v.secret_id = s.secret_id AND v.version = s.current_version
          """;

  /** One version of one secret, with the head of the secret. */
  private static final String HELD =
      "SELECT clock_timestamp() AS now, p.name AS project_name, d.name AS domain_name, "
          + SecretRows.COLUMNS
          + ", "
          + VersionStore.COLUMNS
          + """

          FROM secret s
          JOIN secret_version v ON v.tenant_id = s.tenant_id AND v.secret_id = s.secret_id
          LEFT JOIN project p ON p.tenant_id = s.tenant_id AND p.project_id = s.project_id
          LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
          WHERE s.tenant_id = $1 AND s.secret_id = $2 AND v.version = $3
          """;

  /** A name looked for from a scope. */
  public record Ask(TenantId tenant, Scope scope, SecretName name) {}

  /**
   * What a name stands for now: the checked head and version, still sealed, and the database's time
   * of the look-up.
   */
  public static final class Found {
    private final Secret head;
    private final VersionStore.SealedVersion sealed;
    private final Keyring keyring;
    private final Instant now;

    Found(Secret head, VersionStore.SealedVersion sealed, Keyring keyring, Instant now) {
      this.head = head;
      this.sealed = sealed;
      this.keyring = keyring;
      this.now = now;
    }

    public Secret head() {
      return head;
    }

    public Version version() {
      return sealed.version().value();
    }

    /** The tenant's keys, for MACs of rows that are about this secret. */
    public Keyring keyring() {
      return keyring;
    }

    /** The database's clock when the row was read. */
    public Instant now() {
      return now;
    }
  }

  private record Lookup(Ask ask, Keyring keyring) {}

  private record Hit(Stored<Secret> head, VersionStore.SealedVersion version, Instant now) {}

  private final Vault vault;
  private final DedicatedConnection connection;
  private final Coalescer<Lookup, Future<Found>> lookups;

  SecretOpener(Vault vault, DedicatedConnection connection, Context context) {
    this.vault = vault;
    this.connection = connection;
    this.lookups = new Coalescer<>(context, MOST_AT_ONCE, this::lookUp);
  }

  /**
   * The current version of what a task at {@code ask.scope} gets under the name.
   *
   * @return {@link Failure.Missing} if no scope of the cascade has it; {@link Failure.Integrity} if
   *     the rows do not verify, which never falls through to a wider scope
   */
  public Future<Found> find(Ask ask) {
    return vault.learning(
        () ->
            vault
                .keyring(ask.tenant())
                .compose(keyring -> lookups.submit(new Lookup(ask, keyring)))
                .compose(answer -> answer));
  }

  /**
   * The version that a lease is on, wherever its secret stands now; deleted or not. Within {@link
   * #learning}.
   */
  public Future<Optional<Found>> held(
      Statements tx, TenantId tenant, SecretId secret, int version) {
    return vault
        .keyring(tenant)
        .compose(
            keyring ->
                tx.one(HELD, row -> hit(row, SecretRows.scopeOfNames(row)), tenant, secret, version)
                    .map(hit -> hit.map(one -> found(keyring, Optional.of(one)))));
  }

  /** As {@link io.hushbus.tenant.Keyrings#learning}, for those whose own rows carry MACs too. */
  public <T> Future<T> learning(Supplier<Future<T>> work) {
    return vault.learning(work);
  }

  /**
   * Opens what was found. Only for a holder whose lease on it is committed; the caller closes the
   * payload.
   */
  public Future<Payload> open(Found found) {
    return vault.open(found.keyring, found.head, found.sealed);
  }

  private static Found found(Keyring keyring, Optional<Hit> looked) {
    Hit hit = looked.orElseThrow(() -> Failure.missing("secret"));
    RowMacs macs = new RowMacs(keyring);
    Secret head = macs.checked(hit.head());
    return new Found(head, macs.checked(head, hit.version()), keyring, hit.now());
  }

  /** Reads and verifies each name once, however many of the batch ask for it. */
  private Future<List<Future<Found>>> lookUp(List<Lookup> batch) {
    Map<Ask, Lookup> byAsk = new LinkedHashMap<>();
    batch.forEach(lookup -> byAsk.putIfAbsent(lookup.ask(), lookup));
    List<Lookup> distinct = List.copyOf(byAsk.values());
    List<Ask> asks = distinct.stream().map(Lookup::ask).toList();
    List<TenantId> tenants = asks.stream().map(Ask::tenant).distinct().toList();
    return connection
        .transaction(tenants, tx -> hits(tx, asks))
        .map(hits -> answers(distinct, hits))
        .map(answers -> batch.stream().map(lookup -> answers.get(lookup.ask())).toList());
  }

  private static Map<Ask, Future<Found>> answers(List<Lookup> distinct, List<Optional<Hit>> hits) {
    Map<Ask, Future<Found>> answers = new HashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      Lookup lookup = distinct.get(i);
      answers.put(
          lookup.ask(),
          Future.succeededFuture(hits.get(i)).map(hit -> found(lookup.keyring(), hit)));
    }
    return answers;
  }

  private static Future<List<Optional<Hit>>> hits(BatchTx tx, List<Ask> asks) {
    return tx.query(
            CURRENT,
            asks.stream().map(ask -> ask.tenant().value()).toArray(UUID[]::new),
            asks.stream().map(ask -> Places.project(ask.scope())).toArray(UUID[]::new),
            asks.stream().map(ask -> Places.domain(ask.scope())).toArray(UUID[]::new),
            asks.stream().map(ask -> ask.name().folded()).toArray(String[]::new))
        .map(
            rows -> {
              List<Optional<Hit>> hits =
                  new ArrayList<>(Collections.nCopies(asks.size(), Optional.empty()));
              for (Row row : rows) {
                int index = row.getLong("ordinal").intValue() - 1;
                hits.set(index, Optional.of(hit(row, asks.get(index).scope())));
              }
              return hits;
            });
  }

  private static Hit hit(Row row, Scope asked) {
    return new Hit(
        SecretRows.stored(row, asked),
        VersionStore.sealedVersion(row),
        SecretRows.time(row, "now"));
  }
}
