package io.hushbus;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import io.hushbus.secret.ContentPatch;
import io.hushbus.secret.MetadataEdit;
import io.hushbus.secret.Preconditions;
import io.hushbus.support.Canary;
import io.hushbus.support.Saboteur;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * G2, and G10 for the database: whatever statement of a change the database session ends at, either
 * everything of the change is there (state, audit, events, marks) or nothing is.
 */
final class G2RotationIsAtomicIT {

  private static final List<String> STATE =
      List.of(
          "secret",
          "secret_version",
          "rotation",
          "version_mark",
          "lease",
          "idempotency",
          "audit_tail",
          "event",
          "tenant_stream");

  private static final int MOST_STATEMENTS = 40;
  private static final Saboteur saboteur = new Saboteur();
  private static World world;
  private static TenantWorld acme;
  private static int names;

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
  void a_creation_is_whole() {
    String name = fresh();
    everyStatement(() -> acme.creating(acme.demo, name, Canary.value()));
  }

  @Test
  void a_replacement_is_whole() {
    String name = stored();
    everyStatement(() -> acme.replacing(acme.demo, name, Canary.value(), Preconditions.NONE));
  }

  @Test
  void a_patch_is_whole() {
    String name = fresh();
    acme.createPairs(acme.demo, name, "user", "app", "password", Canary.value());
    everyStatement(
        () ->
            world.changes.patch(
                acme.grant(Action.SECRET_CHANGE, acme.demo),
                acme.demo,
                new SecretName(name),
                new ContentPatch(
                    Map.of(
                        new EntryName("password"),
                        Optional.of(SecretValue.ofText(Canary.value())))),
                Preconditions.NONE));
  }

  @Test
  void a_restoration_is_whole() {
    String name = stored();
    acme.replace(acme.demo, name, Canary.value());
    everyStatement(
        () ->
            world.changes.restore(
                acme.grant(Action.SECRET_CHANGE, acme.demo),
                acme.demo,
                new SecretName(name),
                1,
                Preconditions.NONE));
  }

  @Test
  void what_the_loop_does_is_whole() {
    settle();
    acme.replace(acme.demo, stored(), Canary.value());
    everyStatement(world.rounds::runOnce);
  }

  /** Lets the loop finish what other tests began. */
  private static void settle() {
    world.rows("SELECT pg_sleep(0.01)");
    for (int i = 0; i < 20 && await(world.rounds.runOnce()) > 0; i++) {
      world.rows("SELECT pg_sleep(0.01)");
    }
    world.rows("UPDATE rotation SET visit_at = 'infinity' RETURNING 1");
  }

  @Test
  void a_rename_is_whole() {
    String name = stored();
    String after = fresh();
    everyStatement(
        () ->
            world.edits.edit(
                acme.grant(Action.SECRET_CHANGE, acme.demo),
                acme.demo,
                new SecretName(name),
                new MetadataEdit(
                    Optional.of(new SecretName(after)),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty()),
                Preconditions.NONE));
  }

  @Test
  void a_destruction_is_whole() {
    String name = stored();
    acme.replace(acme.demo, name, Canary.value());
    everyStatement(
        () ->
            world.removals.destroy(
                acme.grant(Action.SECRET_DESTROY, acme.demo), acme.demo, new SecretName(name), 1));
  }

  @Test
  void a_deletion_is_whole() {
    String name = stored();
    everyStatement(() -> acme.deleting(acme.demo, name));
  }

  @Test
  void a_lease_is_whole() {
    String first = stored();
    String second = stored();
    everyStatement(() -> acme.leasing(acme.demo, first, second));
  }

  @Test
  void a_renewal_is_whole() {
    LeaseId lease = leased();
    everyStatement(
        () ->
            world.leases.renew(
                acme.grant(acme.someone, Action.LEASE_RENEW), lease, Optional.empty()));
  }

  @Test
  void a_revocation_is_whole() {
    LeaseId lease = leased();
    everyStatement(() -> world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease));
  }

  @Test
  void the_checker_catches_a_change_in_two_transactions() {
    var grant = acme.grant(Action.SECRET_CHANGE);
    assertThatThrownBy(
            () ->
                everyStatement(
                    () ->
                        world
                            .db
                            .write(acme.id, G2RotationIsAtomicIT::raiseMark)
                            .compose(
                                torn ->
                                    world.ledger.denied(
                                        grant.caller(),
                                        grant.action(),
                                        grant.resource(),
                                        new io.hushbus.model.RequestContext(grant.request(), "")))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("half done");
    saboteur.recovered(world, acme);
  }

  private static Future<Integer> raiseMark(Tx tx) {
    return tx.update(
        "UPDATE version_mark SET high_water = high_water + 1 WHERE tenant_id = $1", tx.tenant());
  }

  /**
   * Runs {@code change} again and again, ending the session one statement later each time, until it
   * comes through.
   */
  private static void everyStatement(Supplier<? extends Future<?>> change) {
    for (int nth = 1; nth <= MOST_STATEMENTS; nth++) {
      String before = state();
      saboteur.strikeBefore(nth);
      Future<?> done = change.get();
      boolean succeeded = succeeded(done);
      boolean struck = saboteur.struck();
      assertThat(succeeded || state().equals(before))
          .as("half done, struck at statement %d", nth)
          .isTrue();
      if (struck) {
        saboteur.recovered(world, acme);
      }
      if (succeeded) {
        assertThat(state()).as("acknowledged and not there").isNotEqualTo(before);
        return;
      }
    }
    throw new AssertionError("never came through");
  }

  private static boolean succeeded(Future<?> done) {
    try {
      await(done);
      return true;
    } catch (Failure.Unavailable struck) {
      return false;
    }
  }

  private static String state() {
    StringBuilder all = new StringBuilder();
    for (String table : STATE) {
      all.append(
          world.row(
              "SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM "
                  + table
                  + " t"));
    }
    return all.toString();
  }

  private static LeaseId leased() {
    return acme.lease(acme.demo, stored()).lease().id();
  }

  private static String stored() {
    String name = fresh();
    acme.create(acme.demo, name, Canary.value());
    return name;
  }

  private static String fresh() {
    return "secret-" + ++names;
  }
}
