package io.hushbus.lease;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.SecretId;
import io.hushbus.model.Tally;
import io.hushbus.secret.Secret;
import io.hushbus.support.Many;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A page of a list costs as much as is on it, with ten thousand leases on five thousand secrets.
 */
final class ManyLeasesIT {

  private static World world;
  private static String tenant;
  private static String some;

  @BeforeAll
  static void start() {
    world = World.fresh();
    TenantWorld acme = world.tenant("acme");
    Secret one = acme.create(acme.demo, "one", "value");
    Many.like(world, one, 5_000, 2);
    tenant = quoted(acme.id.toString());
    some = quoted(world.row("SELECT secret_id FROM secret WHERE name = 'many-17'"));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  private static String quoted(String id) {
    return "'" + id + "'";
  }

  private static String listed(String sql, String secret) {
    return listed(sql, secret, "NULL");
  }

  private static String listed(String sql, String secret, String holder) {
    String none = "NULL";
    return Many.plan(
        world,
        sql,
        tenant,
        none,
        secret,
        none,
        none,
        none,
        none,
        none,
        "'active'",
        "51",
        holder,
        none);
  }

  @Test
  void the_leases_of_one_secret_are_read_by_their_index_in_order() {
    assertThat(listed(LeaseStore.LIST_OF_SECRET, some))
        .contains("lease_of_secret")
        .doesNotContain("Seq Scan on lease")
        .doesNotContain("Sort Key: l.lease_id");
  }

  @Test
  void the_leases_of_one_holder_are_read_by_the_indexes_of_holders_and_of_runs() {
    assertThat(listed(LeaseStore.LIST_OF_HOLDER, "NULL", quoted(UUID.randomUUID().toString())))
        .contains("lease_by_holder")
        .contains("run_by_opener")
        .doesNotContain("Seq Scan on lease");
  }

  @Test
  void of_ten_thousand_leases_only_a_page_is_looked_at_closely() {
    assertThat(listed(LeaseStore.LIST, "NULL"))
        .containsPattern("lease_version v \\(actual rows=\\S+ loops=51\\)");
  }

  @Test
  void very_many_leases_end_at_once_and_are_counted_up_to_a_thousand() {
    TenantWorld globex = world.tenant("globex");
    Many.like(world, globex.create(globex.demo, "one", "value"), 1, 1_200);
    String id = "SELECT secret_id FROM secret WHERE name = 'many-1' AND tenant_id = ";
    var all =
        Revocation.Selector.ofSecret(
            new SecretId(UUID.fromString(world.row(id + quoted(globex.id.toString())))));
    var may = globex.grant(Action.LEASE_REVOKE);
    assertThat(await(world.bulk.revoke(may, all))).isEqualTo(new Tally(1_000, true));
    assertThat(world.row("SELECT data->>'more' FROM event WHERE data->>'count' = '1000'"))
        .isEqualTo("true");
    assertThat(await(world.bulk.revoke(may, all))).isEqualTo(new Tally(0, false));
    assertThat(await(world.revocationSweep.runOnce())).as("in slices").isEqualTo(1_200);
    assertThat(
            world.row(
                "SELECT count(*) FILTER (WHERE revoked_at IS NOT NULL) FROM lease WHERE tenant_id ="
                    + " "
                    + quoted(globex.id.toString())))
        .isEqualTo("1200");
    assertThat(world.row("SELECT count(*) FROM lease_revocation WHERE tidied_at IS NULL"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "SECRET, lease_of_secret",
    "VERSION, lease_of_secret",
    "HOLDER, lease_by_holder",
    "RUN, lease_by_run",
    "ADOPTION, lease_by_adoption"
  })
  void what_ends_together_is_found_by_the_index_of_its_kind(Revocation.Kind kind, String index) {
    String version = kind == Revocation.Kind.VERSION ? "1" : "NULL";
    String id = quoted(UUID.randomUUID().toString());
    assertThat(Many.plan(world, RevocationStore.count(kind), tenant, id, version, "1001"))
        .contains(index)
        .doesNotContain("Seq Scan on lease l");
    assertThat(
            Many.plan(
                world,
                RevocationStore.unwritten(kind),
                tenant,
                id,
                version,
                "clock_timestamp()",
                "500",
                quoted(new UUID(0, 0).toString())))
        .contains(index)
        .doesNotContain("Seq Scan on lease l");
  }

  @Test
  void the_run_of_a_token_is_found_by_the_token() {
    assertThat(Many.plan(world, RunStore.OF_TOKEN, "ARRAY['\\x00'::bytea]"))
        .contains("run_token")
        .doesNotContain("Seq Scan on run")
        .doesNotContain("Seq Scan on tenant");
  }

  @Test
  void names_and_holders_of_a_page_are_looked_up_by_keys() {
    assertThat(Many.plan(world, LeaseNames.OF_LEASES, tenant, "ARRAY[" + some + "]::uuid[]"))
        .doesNotContain("Seq Scan on lease")
        .doesNotContain("Seq Scan on secret");
    assertThat(
            Many.plan(
                world,
                Holders.LIVE_EACH,
                tenant,
                "ARRAY[" + some + "]::uuid[]",
                "ARRAY[NULL]::uuid[]",
                "10000"))
        .contains("lease_of_secret")
        .doesNotContain("Seq Scan on lease l");
    assertThat(
            Many.plan(
                world,
                Holders.COUNT_EACH,
                tenant,
                "ARRAY[" + some + "]::uuid[]",
                "ARRAY[1]",
                "ARRAY[clock_timestamp()]"))
        .contains("lease_of_secret")
        .doesNotContain("Seq Scan on lease l");
  }
}
