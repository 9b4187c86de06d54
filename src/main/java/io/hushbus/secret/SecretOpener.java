package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.BatchTx;
import io.hushbus.db.Coalescer;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Finds what a task gets under a name, and opens it once its lease is recorded. Look-ups of many
 * requests travel in one statement.
 */
public final class SecretOpener {

  private static final int MOST_AT_ONCE = 512;

  /**
   * What each asked name may stand for, with its current version: the narrowest secret along the
   * cascade, and what the project has adopted under that name. Which adoptions count only their
   * MACs can say, so that the choice is not made here. No row: no such secret.
   */
  static final String CURRENT =
      "SELECT asked.ordinal, clock_timestamp() AS now, "
          + SecretRows.COLUMNS
          + ", "
          + VersionStore.COLUMNS
          + ", "
          + AdoptionRows.COLUMNS
          + ", "
          + "CASE WHEN EXISTS (SELECT "
          + Sighting.ADOPTED
          + ") THEN '' ELSE "
          + Sighting.STAMP
          + " END AS stamp"
          + """

          FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
               WITH ORDINALITY AS asked (tenant_id, project, domain, name, ordinal)
          CROSS JOIN LATERAL (
            (SELECT c.tenant_id, c.secret_id, NULL::uuid AS adoption_id
          """
          + Sighting.NARROWEST
          + """
            )
            UNION ALL
            SELECT t.tenant_id, t.secret_id, t.adoption_id
          """
          + Sighting.ADOPTED
          + ") hit\n"
          + CurrentRows.BEHIND_HIT;

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

  /** The same of many. */
  static final String HELD_BY_MANY =
      "SELECT asked.number, clock_timestamp() AS now, p.name AS project_name, d.name AS"
          + " domain_name, "
          + SecretRows.COLUMNS
          + ", "
          + VersionStore.COLUMNS
          + ", "
          + Sighting.STAMP
          + " AS stamp"
          + """

          FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::int[])
            AS asked (number, tenant_id, secret_id, version)
          CROSS JOIN LATERAL (
            SELECT *, xmin AS head_xmin FROM secret one
            WHERE one.tenant_id = asked.tenant_id AND one.secret_id = asked.secret_id LIMIT 1) s
          CROSS JOIN LATERAL (
            SELECT *, xmin AS version_xmin FROM secret_version one
            WHERE one.tenant_id = asked.tenant_id AND one.secret_id = asked.secret_id
              AND one.version = asked.version LIMIT 1) v
          LEFT JOIN LATERAL (
            SELECT name FROM project one
            WHERE one.tenant_id = asked.tenant_id AND one.project_id = s.project_id LIMIT 1) p ON true
          LEFT JOIN LATERAL (
            SELECT name FROM domain one
            WHERE one.tenant_id = asked.tenant_id AND one.domain_id = s.domain_id LIMIT 1) d ON true
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
    private final Optional<Adoption> adoption;
    private final Optional<Sighting> sighting;
    private final boolean remembered;

    Found(
        Secret head,
        VersionStore.SealedVersion sealed,
        Keyring keyring,
        Instant now,
        Optional<Adoption> adoption,
        Optional<Sighting> sighting,
        boolean remembered) {
      this.head = head;
      this.sealed = sealed;
      this.keyring = keyring;
      this.now = now;
      this.adoption = adoption;
      this.sighting = sighting;
      this.remembered = remembered;
    }

    public Secret head() {
      return head;
    }

    /** By which the project that looked has it, if it is another's. */
    public Optional<Adoption> adoption() {
      return adoption;
    }

    /** What it is called where it was looked for. */
    public SecretName name() {
      return adoption.map(Adoption::name).orElse(head.name());
    }

    public Version version() {
      return sealed.version().value();
    }

    /** The tenant's keys, for MACs of rows that are about this secret. */
    public Keyring keyring() {
      return keyring;
    }

    /** The database's clock when the row was read, or since, and never ahead of it. */
    public Instant now() {
      return now;
    }

    /**
     * What has to stand still when a lease is granted on it, where that can be said: it may have
     * been seen a while ago.
     */
    public Optional<Sighting> sighting() {
      return sighting;
    }

    /**
     * Whether it was not looked up for this question: then only a statement that compares the
     * sighting may decide by it. Whoever would refuse something because of it looks again.
     */
    public boolean remembered() {
      return remembered;
    }
  }

  private record Lookup(Ask ask, Keyring keyring) {}

  private record Hit(
      Stored<Secret> head,
      VersionStore.SealedVersion version,
      Instant now,
      Optional<AdoptionRows.Candidate> adoption,
      String stamp) {

    /** Where it is found: in its own scope, or where it was adopted. */
    Scope place() {
      return adoption.map(one -> one.adoption().value().scope()).orElse(head.value().scope());
    }
  }

  private final Vault vault;
  private final DedicatedConnection connection;
  private final AdoptionStore adoptions = new AdoptionStore();
  private final Coalescer<Lookup, Future<Found>> lookups;
  private final HeardTime time = new HeardTime(System::nanoTime);
  private final SealedCache seen;

  /**
   * @param remembered bytes of what was found before, about
   */
  SecretOpener(Vault vault, DedicatedConnection connection, Context context, long remembered) {
    this.vault = vault;
    this.connection = connection;
    this.seen = new SealedCache(remembered);
    this.lookups = new Coalescer<>(context, MOST_AT_ONCE, this::lookUp);
  }

  /**
   * The current version of what a task at {@code ask.scope} gets under the name; perhaps as it was
   * seen a while ago, which the {@linkplain Found#sighting sighting} says and the statement that
   * grants a lease on it compares. If it did not stand: {@link #forget}, and again.
   *
   * @return {@link Failure.Missing} if no scope of the cascade has it; {@link Failure.Integrity} if
   *     the rows do not verify, which never falls through to a wider scope
   */
  public Future<Found> find(Ask ask) {
    return vault.learning(
        () ->
            vault
                .keyring(ask.tenant())
                .compose(
                    keyring ->
                        seen(ask, keyring)
                            .map(Future::succeededFuture)
                            .orElseGet(() -> read(new Lookup(ask, keyring)))));
  }

  /** As {@link #find}, by the rows as they are now. */
  public Future<Found> findAnew(Ask ask) {
    return vault.learning(
        () -> vault.keyring(ask.tenant()).compose(keyring -> read(new Lookup(ask, keyring))));
  }

  private Future<Found> read(Lookup lookup) {
    return lookups.submit(lookup).compose(answer -> answer);
  }

  private Optional<Found> seen(Ask ask, Keyring keyring) {
    return time.now()
        .flatMap(
            now ->
                seen.get(ask, keyring)
                    .map(
                        known ->
                            new Found(
                                known.head(),
                                known.sealed(),
                                keyring,
                                now.truncatedTo(ChronoUnit.MILLIS),
                                Optional.empty(),
                                Optional.of(known.sighting()),
                                true)));
  }

  /** Looks at the rows themselves the next time that what was found here is asked for. */
  public void forget(Found found) {
    found.sighting().map(Sighting::ask).ifPresent(seen::forget);
  }

  /** The database has just been heard to say what time it was. */
  public void heard(Instant said) {
    time.heard(said);
  }

  /** What time it is in the database at least; empty if it was not heard just now. */
  public Optional<Instant> now() {
    return time.now();
  }

  /**
   * A version that somebody holds.
   *
   * @param stamp by which a later statement can say that nobody has touched it since
   */
  public record Held(Found found, String stamp) {}

  /** A version of a secret that somebody holds. */
  public record Holding(Keyring keyring, SecretId secret, int version) {}

  /**
   * All these versions, each as {@link #held} without an adoption; what is not there or does not
   * verify fails alone, as {@link Failure.Gone} or {@link Failure.Integrity}.
   */
  public Future<Map<Holding, Future<Held>>> held(BatchTx tx, List<Holding> holdings) {
    Integer[] numbers = new Integer[holdings.size()];
    UUID[] tenants = new UUID[holdings.size()];
    UUID[] secrets = new UUID[holdings.size()];
    Integer[] versions = new Integer[holdings.size()];
    Map<Holding, Future<Held>> all = new HashMap<>();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
      tenants[i] = holdings.get(i).keyring().tenant().value();
      secrets[i] = holdings.get(i).secret().value();
      versions[i] = holdings.get(i).version();
      all.put(holdings.get(i), Future.failedFuture(Failure.gone("lease")));
    }
    return numbers.length == 0
        ? Future.succeededFuture(all)
        : tx.query(HELD_BY_MANY, numbers, tenants, secrets, versions)
            .map(
                rows -> {
                  for (Row row : rows) {
                    Holding one = holdings.get(row.getInteger("number"));
                    all.put(one, Future.succeededFuture(row).map(it -> held(one, it)));
                  }
                  return all;
                });
  }

  private Held held(Holding holding, Row row) {
    String stamp = row.getString("stamp");
    Hit hit = hit(row, SecretRows.scopeOfNames(row), Optional.empty(), "");
    return new Held(verified(holding.keyring(), hit, Optional.empty(), Optional.empty()), stamp);
  }

  /**
   * The version that a lease is on, wherever its secret stands now; deleted or not. Within {@link
   * #learning}.
   *
   * @param adoption by which the lease was come to: if that has ended, there is nothing
   */
  public Future<Optional<Found>> held(
      Statements tx, TenantId tenant, SecretId secret, int version, Optional<UUID> adoption) {
    return vault.keyring(tenant).compose(keyring -> held(tx, keyring, secret, version, adoption));
  }

  private Future<Optional<Found>> held(
      Statements tx, Keyring keyring, SecretId secret, int version, Optional<UUID> adoption) {
    return adoption
        .map(id -> under(tx, keyring, secret, version, id))
        .orElseGet(() -> owned(tx, keyring, secret, version, Optional.empty()));
  }

  private Future<Optional<Found>> under(
      Statements tx, Keyring keyring, SecretId secret, int version, UUID adoption) {
    return adoptions
        .find(tx, keyring.tenant(), adoption)
        .map(row -> row.flatMap(found -> vault.macs(keyring).genuine(found.candidate())))
        .map(living -> living.filter(one -> one.secret().equals(secret)))
        .compose(
            living ->
                living.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : owned(tx, keyring, secret, version, living));
  }

  private Future<Optional<Found>> owned(
      Statements tx, Keyring keyring, SecretId secret, int version, Optional<Adoption> adoption) {
    return tx.one(
            HELD,
            row -> hit(row, SecretRows.scopeOfNames(row), Optional.empty(), ""),
            keyring.tenant(),
            secret,
            version)
        .map(hit -> hit.map(one -> verified(keyring, one, adoption, Optional.empty())));
  }

  /**
   * A version of the secret of exactly this scope and name, which stays as it is to the end of the
   * transaction, for a lease that is written in it.
   *
   * @param version empty: the current one
   */
  public Future<Found> at(Tx tx, Scope scope, SecretName name, OptionalInt version) {
    return vault
        .keyring(tx.tenant())
        .compose(
            keyring -> {
              SecretTx secrets = new SecretTx(tx, vault.macs(keyring));
              return secrets
                  .hold(scope, name)
                  .compose(
                      current ->
                          (version.isEmpty()
                                  ? Future.succeededFuture(current.version())
                                  : secrets.version(current.head(), version.getAsInt()))
                              .map(
                                  row ->
                                      new Found(
                                          current.head(),
                                          row,
                                          keyring,
                                          current.now(),
                                          Optional.empty(),
                                          Optional.empty(),
                                          false)));
            });
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

  /**
   * The narrowest that counts. A secret that does not verify stops the search, a wider one or not.
   */
  private Found found(Lookup lookup, List<Hit> hits) {
    Keyring keyring = lookup.keyring();
    RowMacs macs = vault.macs(keyring);
    for (Hit hit : Cascade.narrowFirst(hits, Hit::place)) {
      Optional<Adoption> adoption = hit.adoption().flatMap(macs::genuine);
      if (hit.adoption().isEmpty() || adoption.isPresent()) {
        return verified(keyring, hit, adoption, sighting(lookup.ask(), hits));
      }
    }
    throw Failure.missing("secret");
  }

  /** Which of several counts is not for a statement to say. */
  private static Optional<Sighting> sighting(Ask ask, List<Hit> hits) {
    return hits.size() == 1 && !hits.getFirst().stamp().isEmpty()
        ? Optional.of(new Sighting(ask, hits.getFirst().stamp()))
        : Optional.empty();
  }

  private Found verified(
      Keyring keyring, Hit hit, Optional<Adoption> adoption, Optional<Sighting> sighting) {
    RowMacs macs = vault.macs(keyring);
    Secret head = macs.checked(hit.head());
    VersionStore.SealedVersion version = macs.checked(head, hit.version());
    sighting.ifPresent(one -> seen.put(new SealedCache.Seen(head, version, one), keyring));
    return new Found(head, version, keyring, hit.now(), adoption, sighting, false);
  }

  /** Reads and verifies each name once, however many of the batch ask for it. */
  private Future<List<Future<Found>>> lookUp(List<Lookup> batch) {
    Map<Ask, Lookup> byAsk = new LinkedHashMap<>();
    batch.forEach(lookup -> byAsk.putIfAbsent(lookup.ask(), lookup));
    List<Lookup> distinct = List.copyOf(byAsk.values());
    List<Ask> asks = distinct.stream().map(Lookup::ask).toList();
    List<TenantId> tenants = asks.stream().map(Ask::tenant).distinct().toList();
    return connection
        .reading(tenants, tx -> hits(tx, asks))
        .map(hits -> answers(distinct, hits))
        .map(answers -> batch.stream().map(lookup -> answers.get(lookup.ask())).toList());
  }

  private Map<Ask, Future<Found>> answers(List<Lookup> distinct, List<List<Hit>> hits) {
    Map<Ask, Future<Found>> answers = new HashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      Lookup lookup = distinct.get(i);
      answers.put(
          lookup.ask(), Future.succeededFuture(hits.get(i)).map(found -> found(lookup, found)));
    }
    return answers;
  }

  private Future<List<List<Hit>>> hits(BatchTx tx, List<Ask> asks) {
    return tx.query(
            CURRENT,
            asks.stream().map(ask -> ask.tenant().value()).toArray(UUID[]::new),
            asks.stream().map(ask -> Places.project(ask.scope())).toArray(UUID[]::new),
            asks.stream().map(ask -> Places.domain(ask.scope())).toArray(UUID[]::new),
            asks.stream().map(ask -> ask.name().folded()).toArray(String[]::new))
        .map(
            rows -> {
              List<List<Hit>> hits = new ArrayList<>();
              asks.forEach(ask -> hits.add(new ArrayList<>()));
              for (Row row : rows) {
                heard(row.getOffsetDateTime("now").toInstant());
                int index = row.getLong("ordinal").intValue() - 1;
                hits.get(index).add(hit(row, asks.get(index).scope()));
              }
              return hits;
            });
  }

  private static Hit hit(Row row, Scope asked) {
    return row.getUUID("adoption_id") == null
        ? hit(row, asked, Optional.empty(), row.getString("stamp"))
        : hit(row, SecretRows.scopeOfNames(row), Optional.of(AdoptionRows.candidate(row)), "");
  }

  private static Hit hit(
      Row row, Scope scope, Optional<AdoptionRows.Candidate> adoption, String stamp) {
    return new Hit(
        SecretRows.stored(row, scope),
        VersionStore.sealedVersion(row),
        SecretRows.time(row, "now"),
        adoption,
        stamp);
  }
}
