package io.hushbus.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.audit.AuditChain;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Db;
import io.hushbus.db.StatementProbe;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.hushbus.model.Uuids;
import io.hushbus.support.TestClock;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One installation a database, under one root key; keys of tenants, counted and kept fresh. */
final class InstallationIT {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final RootKey ROOT = root();
  private static final Uuids IDS = new Uuids(RANDOM, InstantSource.system());
  private static final Vertx vertx = Vertx.vertx();
  private static TestDatabase database;
  private static Db db;
  private static Installation made;
  private final TestClock clock = new TestClock(Instant.EPOCH);
  private Keyrings keyrings;

  @BeforeAll
  static void start() {
    database = TestDatabase.fresh();
    db = new Db(vertx, database.config(), StatementProbe.NONE);
    assertThatThrownBy(() -> Installation.open(db, RootKeyRing.of(ROOT)).await())
        .isInstanceOf(NotInstalled.class);
    made = Installation.create(db, ROOT, RANDOM, IDS, AuditChain::genesis).await();
  }

  @BeforeEach
  void remember_nothing() {
    keyrings = new Keyrings(db, RootKeyRing.of(ROOT), Duration.ofSeconds(30), clock);
  }

  @AfterAll
  static void stop() {
    db.close().await();
    vertx.close().await();
    database.close();
  }

  @Test
  void what_was_made_is_what_is_opened() {
    Installation opened = Installation.open(db, RootKeyRing.of(ROOT)).await();
    assertThat(opened.clusterId()).isEqualTo(made.clusterId());
    assertThat(opened.operatingTenant()).isEqualTo(made.operatingTenant());
    assertThat(opened.epoch()).isEqualTo(1);
    for (SystemKeyKind kind : SystemKeyKind.values()) {
      assertThat(opened.systemKey(kind).matches(made.systemKey(kind))).isTrue();
      assertThat(opened.systemKeys(kind)).containsOnlyKeys(1);
    }
  }

  @Test
  void a_second_installation_is_refused() {
    assertThatThrownBy(
            () -> Installation.create(db, ROOT, RANDOM, IDS, AuditChain::genesis).await())
        .isInstanceOf(Failure.Conflict.class);
    assertThat(Installation.open(db, RootKeyRing.of(ROOT)).await().clusterId())
        .isEqualTo(made.clusterId());
  }

  @Test
  void a_wrong_root_key_is_refused_and_only_ids_are_named() {
    RootKey wrong = root();
    assertThatThrownBy(() -> Installation.open(db, RootKeyRing.of(wrong)).await())
        .isInstanceOf(WrongRootKey.class)
        .hasMessageContaining(wrong.id())
        .hasMessageContaining(ROOT.id());
  }

  @Test
  void a_ring_is_read_again_after_thirty_seconds() {
    TenantId tenant = made.operatingTenant();
    Keyring ring = keyrings.of(tenant).await();
    assertThat(keyrings.of(tenant).await()).isSameAs(ring);
    clock.pass(Duration.ofSeconds(31));
    assertThat(keyrings.of(tenant).await()).isNotSameAs(ring);
  }

  @Test
  void an_unknown_generation_is_read_at_once() {
    TenantId tenant = made.operatingTenant();
    Keyring ring = keyrings.of(tenant).await();
    assertThat(keyrings.of(tenant, 1).await()).isSameAs(ring);
    assertThat(keyrings.of(tenant, 2).await()).isNotSameAs(ring);
  }

  @Test
  void seals_are_reserved_in_blocks_ahead_of_use() throws SQLException {
    TenantId tenant = made.operatingTenant();
    long before = seals(tenant);
    Future.all(
            keyrings.reserveSeal(tenant),
            keyrings.reserveSeal(tenant),
            keyrings.reserveSeal(tenant))
        .await();
    assertThat(seals(tenant) - before).isEqualTo(65_536);
  }

  @Test
  void n56_a_changed_key_is_refused_and_so_is_a_key_that_sealed_all_it_may() {
    TenantId tenant = tenant("worn");
    Keyrings node = new Keyrings(db, RootKeyRing.of(ROOT), Duration.ofSeconds(30), clock);
    database.asOwner(
        "UPDATE tenant_key SET seals = 4294967296 - 65535 WHERE tenant_id = '" + tenant + "'");
    assertThatThrownBy(() -> node.reserveSeal(tenant).await())
        .isInstanceOf(Failure.Unavailable.class);
    database.asOwner(
        "UPDATE tenant_key SET wrapped = (SELECT wrapped FROM tenant_key WHERE tenant_id = '"
            + made.operatingTenant()
            + "') WHERE tenant_id = '"
            + tenant
            + "'");
    clock.pass(Duration.ofSeconds(31));
    assertThatThrownBy(() -> node.of(tenant).await()).isInstanceOf(Failure.Integrity.class);
    assertThat(node.of(made.operatingTenant()).await()).isNotNull();
  }

  @Test
  void places_are_found_by_name_without_regard_to_case_and_absence_is_not_remembered() {
    TenantId tenant = tenant("places");
    Keyrings keyrings = new Keyrings(db, RootKeyRing.of(ROOT), Duration.ofSeconds(30), clock);
    Places places = new Places(db, keyrings, clock);
    Optional<ObjectName> staging = Optional.of(new ObjectName("STAGING"));
    assertThat(places.scope(tenant, Optional.empty(), staging).await())
        .isInstanceOf(Scope.Domain.class);
    assertThat(places.scope(tenant, Optional.empty(), Optional.empty()).await())
        .isEqualTo(new Scope.Organization());
    Optional<ObjectName> demo = Optional.of(new ObjectName("demo"));
    assertThatThrownBy(() -> places.scope(tenant, demo, Optional.empty()).await())
        .isInstanceOf(Failure.Invalid.class)
        .hasMessageContaining("UNKNOWN_PROJECT");
    var ring = keyrings.of(tenant).await();
    db.write(tenant, tx -> ProjectStore.insert(tx, ring, IDS.random(), demo.get(), "")).await();
    assertThat(places.scope(tenant, demo, staging).await()).isInstanceOf(Scope.ProjectDomain.class);
    assertThatThrownBy(() -> places.scope(made.operatingTenant(), demo, Optional.empty()).await())
        .isInstanceOf(Failure.Invalid.class);
  }

  private static TenantId tenant(String name) {
    Tenants tenants = new Tenants(db, made, RootKeyRing.of(ROOT), RANDOM, IDS, AuditChain::genesis);
    return db.system(
            SystemTx.Job.TENANT_ADMIN,
            tx -> tenants.found(tx, new TenantName(name)).map(Tenants.Founded::tenant))
        .await()
        .id();
  }

  private static long seals(TenantId tenant) throws SQLException {
    try (var owner = database.owner();
        var statement = owner.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT seals FROM tenant_key WHERE tenant_id = '" + tenant + "'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static RootKey root() {
    return RootKey.of(SecretValue.owning(RANDOM.generateSeed(RootKey.SIZE)), RANDOM);
  }
}
