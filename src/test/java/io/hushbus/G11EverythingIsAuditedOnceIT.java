package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Once;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import io.hushbus.secret.ContentPatch;
import io.hushbus.secret.MetadataEdit;
import io.hushbus.secret.Preconditions;
import io.hushbus.support.Canary;
import io.hushbus.support.Saboteur;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * G11, G13: one audit record for each change, each value handed out and each denial, and no value
 * before its record is committed.
 */
final class G11EverythingIsAuditedOnceIT {

  private static final Saboteur saboteur = new Saboteur();
  private static World world;
  private static TenantWorld acme;

  /** Requests made, and how many records each must have left. */
  private static final Map<UUID, Integer> expected = new HashMap<>();

  @BeforeAll
  static void start() {
    world = World.fresh(saboteur);
    saboteur.attack(world);
    acme = world.tenant("acme");
    acme.create(acme.organization, Saboteur.BEACON, "beacon");
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void changes_values_and_denials_join_their_records_both_ways() {
    world.asOwner("DELETE FROM audit_tail");
    runEverything();
    assertThat(recorded()).isEqualTo(expected);
    assertEveryLeaseHasItsRecord();

    world.asOwner(
        "DELETE FROM audit_tail WHERE record_id = (SELECT min(record_id::text)::uuid"
            + " FROM audit_tail)");
    assertThat(recorded()).as("the checker catches a lost record").isNotEqualTo(expected);
    world.asOwner("DELETE FROM audit_tail WHERE action = 'lease_grant'");
    assertThatThrownBy(G11EverythingIsAuditedOnceIT::assertEveryLeaseHasItsRecord)
        .as("the checker catches a value without a record")
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void g13_nothing_is_opened_when_the_commit_of_its_record_fails() {
    acme.create(acme.demo, "recorded", Canary.value());
    String leases = world.row("SELECT count(*) FROM lease");
    boolean[] granting = {false};
    saboteur.strikeBefore(
        sql -> {
          granting[0] |= sql.contains("INSERT INTO lease");
          return granting[0] && sql.equals("COMMIT");
        });
    assertThat(failure(acme.leasing(acme.demo, "recorded")))
        .isInstanceOf(Failure.Unavailable.class);
    assertThat(saboteur.struck()).isTrue();
    assertThat(world.row("SELECT count(*) FROM lease")).isEqualTo(leases);
    saboteur.recovered(world, acme);
  }

  @Test
  void g10_without_the_audit_trail_nothing_is_changed_and_no_value_is_given() {
    acme.create(acme.demo, "untold", Canary.value());
    world.asOwner("ALTER TABLE audit_tail ADD CONSTRAINT full_up CHECK (false) NOT VALID");
    try {
      assertThat(failure(acme.creating(acme.demo, "unheard", Canary.value())))
          .isInstanceOf(Failure.Unavailable.class);
      assertThat(failure(acme.replacing(acme.demo, "untold", Canary.value(), Preconditions.NONE)))
          .isInstanceOf(Failure.Unavailable.class);
      assertThat(failure(acme.leasing(acme.demo, "untold")))
          .isInstanceOf(Failure.Unavailable.class);
    } finally {
      world.asOwner("ALTER TABLE audit_tail DROP CONSTRAINT full_up");
    }
    assertThat(await(acme.getting(acme.demo, "untold")).currentVersion()).isEqualTo(1);
  }

  private static void runEverything() {
    var scope = acme.demo;
    var name = new SecretName("audited");
    await(
        world.changes.create(
            counted(Action.SECRET_CREATE, 1),
            scope,
            TenantWorld.wanted("audited", io.hushbus.model.SecretType.KEY_VALUE),
            TenantWorld.pairs("user", "app", "password", Canary.value())));
    await(
        world.changes.replace(
            counted(Action.SECRET_CHANGE, 1),
            scope,
            name,
            TenantWorld.pairs("user", "app", "password", Canary.value()),
            Preconditions.NONE));
    await(
        world.changes.patch(
            counted(Action.SECRET_CHANGE, 1),
            scope,
            name,
            new ContentPatch(
                Map.of(new EntryName("password"), Optional.of(SecretValue.ofText(Canary.value())))),
            Preconditions.NONE));
    await(
        world.edits.edit(
            counted(Action.SECRET_CHANGE, 1),
            scope,
            name,
            new MetadataEdit(
                Optional.empty(),
                Optional.of("what it is for"),
                Map.of(),
                Optional.empty(),
                Optional.empty()),
            Preconditions.NONE));
    await(
        world.changes.restore(
            counted(Action.SECRET_CHANGE, 1), scope, name, 1, Preconditions.NONE));
    await(world.removals.destroy(counted(Action.SECRET_DESTROY, 1), scope, name, 2));
    acme.create(acme.demo, "second", "nothing special");
    expectOther(1);

    var two = TenantWorld.ask(scope, Optional.empty(), "audited", "second");
    var leased = await(world.grants.grant(counted(Action.LEASE_GRANT, 2), two));
    LeaseId lease = leased.getFirst().lease().id();
    var key = new Once("once", new byte[32]);
    await(world.grants.grantOnce(counted(Action.LEASE_GRANT, 2), two, key));
    await(world.grants.grantOnce(counted(Action.LEASE_GRANT, 2), two, key));
    await(world.leases.renew(counted(Action.LEASE_RENEW, 1), lease, Optional.empty()));
    await(world.leases.revoke(counted(Action.LEASE_REVOKE, 1), lease));
    await(world.leases.get(counted(Action.LEASE_READ, 0), lease));
    await(world.secrets.get(counted(Action.SECRET_READ_METADATA, 0), scope, name));

    failure(
        world.removals.delete(counted(Action.SECRET_DELETE, 0), scope, name, Preconditions.NONE));
    failure(
        world.changes.replace(
            counted(Action.SECRET_CHANGE, 0),
            scope,
            name,
            TenantWorld.pairs("user", "app"),
            TenantWorld.ifMatch(99)));
    Grant denied = counted(Action.AUDIT_READ, 1);
    await(
        world.ledger.denied(
            denied.caller(),
            denied.action(),
            Resource.ofTenant("audit"),
            new RequestContext(denied.request(), "192.0.2.8")));
  }

  private static Grant counted(Action action, int records) {
    Grant grant = acme.grant(action, acme.demo);
    if (records > 0) {
      expected.put(grant.request(), records);
    }
    return grant;
  }

  /** A request of the fixture's own: the one that is not known yet. */
  private static void expectOther(int records) {
    recorded().keySet().stream()
        .filter(request -> !expected.containsKey(request))
        .forEach(request -> expected.put(request, records));
  }

  private static Map<UUID, Integer> recorded() {
    return world
        .rows("SELECT request_id || ' ' || count(*) FROM audit_tail GROUP BY request_id")
        .stream()
        .map(row -> row.split(" ", 2))
        .collect(Collectors.toMap(row -> UUID.fromString(row[0]), row -> Integer.parseInt(row[1])));
  }

  private static void assertEveryLeaseHasItsRecord() {
    assertThat(
            world.rows(
                """
                SELECT l.lease_id FROM lease l WHERE NOT EXISTS (SELECT FROM secret s WHERE s.secret_id = l.secret_id AND s.name IN ('beacon', 'recorded', 'untold'))
                  AND (SELECT count(*) FROM audit_tail a
                       WHERE a.tenant_id = l.tenant_id AND a.detail ->> 'lease' = l.lease_id::text
                         AND a.resource_id = l.secret_id AND a.version = l.version
                         AND a.principal = l.principal_kind || ':' || l.principal_id
                         AND NOT a.detail ? 'replay') <> 1
                """))
        .isEmpty();
  }
}
