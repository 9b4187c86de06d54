package io.hushbus.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.secret.Secret;
import io.hushbus.support.Many;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections keep plans that were made while a tenant had few leases, until the database looks at
 * its tables anew: by these too a lease is granted and renewed without reading the others.
 */
final class KeptPlansIT {

  private static final int FEW = 20;

  private static final String MARKS =
      """
      INSERT INTO lease_revocation (tenant_id, mark_id, kind, id, at, revoked_by, mac_generation,
                                    row_mac)
      SELECT tenant_id, gen_random_uuid(), 'run', gen_random_uuid(), clock_timestamp(), 'somebody',
             1, sha256('row')
      FROM secret
      """;

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_lease_is_locked_for_its_renewal_by_the_plan_of_a_small_table(int before) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demo, "one", "value");
      Many.early(world, one, before);
      Many.unseen(world, one, 1, 1);
      String lease = world.row("SELECT lease_id FROM lease ORDER BY issued_at DESC LIMIT 1");
      world.asOwner(
          "UPDATE secret SET name = 'first', folded_name = 'first' WHERE name = 'many-1'");
      String plan =
          Many.keptPlan(
              world,
              LeaseBatchStore.LOCK,
              () -> more(world, one),
              "ARRAY[0]",
              array("uuid", acme.id),
              array("uuid", lease));
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, (long) FEW);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_lease_that_is_known_is_renewed_by_the_plan_of_a_small_table(int before) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demo, "one", "value");
      Many.early(world, one, before);
      Many.unseen(world, one, 1, 1);
      world.asOwner(
          "UPDATE secret SET name = 'first', folded_name = 'first' WHERE name = 'many-1'");
      String plan =
          Many.keptPlan(
              world, LeaseBatchStore.AGAIN, () -> more(world, one), renewing(world, acme));
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, (long) FEW);
      assertThat(plan).containsPattern("Update on lease \\S+ \\(actual rows=1");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_lease_that_is_locked_is_written_by_the_plan_of_a_small_table(int before) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demo, "one", "value");
      Many.early(world, one, before);
      Many.unseen(world, one, 1, 1);
      world.asOwner(
          "UPDATE secret SET name = 'first', folded_name = 'first' WHERE name = 'many-1'");
      String plan =
          Many.keptPlan(world, LeaseBatchStore.RENEW, () -> more(world, one), written(world, acme));
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, (long) FEW);
      assertThat(plan).containsPattern("Update on lease \\S+ \\(actual rows=1");
    }
  }

  /** Of the lease that is there, what stands in the statement that writes what was locked. */
  private static String[] written(World world, TenantWorld acme) {
    String last = " FROM lease l ORDER BY l.issued_at DESC LIMIT 1";
    List<String> again = List.of(renewing(world, acme));
    List<String> all = new ArrayList<>();
    all.add(array("text", world.row("SELECT ctid" + last)));
    all.addAll(again.subList(1, 3));
    all.addAll(again.subList(6, 18));
    all.add("1");
    return all.toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("questions")
  void who_holds_a_secret_is_asked_without_what_was_destroyed_of_it(String sql) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demo, "one", "value");
      acme.replace(acme.demo, "one", "next");
      acme.lease(acme.demo, "one").close();
      String plan =
          Many.keptPlan(
              world,
              sql,
              () -> Many.destroyed(world, one, 3_000),
              "'" + acme.id + "'",
              "'" + one.id() + "'");
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, (long) FEW);
    }
  }

  static List<String> questions() {
    return List.of(HoldingStore.HELD_VERSIONS, Holders.HOLDING);
  }

  /** The lease that is there, as it is, on the version that it is on. */
  private static String[] renewing(World world, TenantWorld acme) {
    String last = " FROM lease l ORDER BY l.issued_at DESC LIMIT 1";
    String lease = world.row("SELECT lease_id" + last);
    String secret = world.row("SELECT secret_id" + last);
    String stamp =
        world.row(
            "SELECT concat_ws(' ', s.xmin, s.row_mac, v.xmin, v.row_mac) FROM secret s"
                + " JOIN secret_version v USING (tenant_id, secret_id) WHERE s.secret_id = '"
                + secret
                + "'");
    String[] all = new String[28];
    Arrays.fill(all, "NULL");
    String id = array("uuid", "00000000-0000-4000-8000-000000000000");
    all[0] = "ARRAY[0]";
    all[1] = array("uuid", acme.id);
    all[2] = array("uuid", lease);
    all[3] = "ARRAY[sha256('row')]";
    all[4] = known(world, "expires_at", "timestamptz", last);
    all[5] = "ARRAY[clock_timestamp()]";
    all[6] = known(world, "expires_at", "timestamptz", last);
    all[7] = known(world, "max_expires_at", "timestamptz", last);
    all[8] = "ARRAY[1]";
    all[9] = "ARRAY[sha256('row')]";
    all[10] = "ARRAY[gen_random_uuid()]";
    all[11] = id;
    all[12] = array("text", "service_account:somebody");
    all[13] = array("text", "lease_renew");
    all[14] = "ARRAY[1]";
    all[15] = known(world, "project_id", "uuid", last);
    all[16] = array("text", "127.0.0.1");
    all[17] = array("uuid", secret);
    all[18] = "ARRAY[0]";
    all[19] = known(world, "issued_at", "timestamptz", last);
    all[20] = known(world, "max_expires_at", "timestamptz", last);
    all[21] = known(world, "principal_id", "uuid", last);
    all[23] = "ARRAY[0]";
    all[24] = array("uuid", acme.id);
    all[25] = array("uuid", secret);
    all[26] = "ARRAY[1]";
    all[27] = array("text", stamp);
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_lease_is_granted_by_the_plan_of_a_small_table(int before) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demo, "one", "value");
      Many.early(world, one, before);
      String plan =
          Many.keptPlan(
              world,
              new GrantStatement(false, false, false).text(),
              () -> more(world, one),
              granting(acme, one));
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, (long) FEW);
      assertThat(plan).contains("Insert on lease (actual rows=0");
    }
  }

  private static void more(World world, Secret one) {
    Many.unseen(world, one, 2_000, 2);
    Many.namesakes(world, one, 2_000);
    world.asOwner(MARKS);
  }

  /**
   * A draft on a version that is current, which everything speaks for but the name it was seen by.
   */
  private static String[] granting(TenantWorld acme, Secret one) {
    String none = "NULL";
    String now = "ARRAY[clock_timestamp()]";
    String id = array("uuid", "00000000-0000-4000-8000-000000000000");
    String project = one.scope().inProject().orElseThrow().id().toString();
    String[] all = new String[37];
    Arrays.fill(all, none);
    all[0] = "ARRAY[0]";
    all[1] = "ARRAY[1]";
    all[2] = array("uuid", acme.id);
    all[3] = id;
    all[4] = array("uuid", one.id());
    all[5] = "ARRAY[1]";
    all[7] = array("text", "service_account");
    all[8] = id;
    all[9] = array("uuid", project);
    all[11] = now;
    all[12] = now;
    all[13] = now;
    all[28] = "ARRAY[0]";
    all[29] = "ARRAY[0]";
    all[30] = array("uuid", acme.id);
    all[31] = array("uuid", project);
    all[32] = array("uuid", "00000000-0000-0000-0000-000000000000");
    all[33] = array("text", "one");
    all[34] = array("uuid", one.id());
    all[35] = "ARRAY[1]";
    all[36] = array("text", "another stamp");
    return all;
  }

  private static String known(World world, String column, String type, String last) {
    return array(type, world.row("SELECT l." + column + last));
  }

  private static String array(String type, Object one) {
    return "ARRAY['%s']::%s[]".formatted(one, type);
  }
}
