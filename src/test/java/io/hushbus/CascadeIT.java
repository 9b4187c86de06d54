package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.secret.SecretFilter;
import io.hushbus.secret.Secrets;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A task gets the secret of the narrowest scope of its cascade, and a list shows the same. */
final class CascadeIT {

  private static World world;
  private static TenantWorld acme;
  private static List<Scope> narrowFirst;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    narrowFirst = List.of(acme.demoDevelopment, acme.demo, acme.development, acme.organization);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void of_every_subset_of_scopes_the_narrowest_is_leased_and_listed_first() {
    for (int subset = 1; subset < 16; subset++) {
      String name = "subset-" + subset;
      Map<Scope, String> values = new HashMap<>();
      List<Scope> having = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        if ((subset & 1 << i) != 0) {
          String value = Canary.value();
          having.add(narrowFirst.get(i));
          values.put(narrowFirst.get(i), value);
          acme.create(narrowFirst.get(i), name, value);
        }
      }
      for (Scope asking : narrowFirst) {
        Optional<Scope> winner = asking.cascade().stream().filter(having::contains).findFirst();
        assertLeased(asking, name, winner, values);
        assertListed(asking, name, winner, having);
      }
    }
  }

  @Test
  void other_projects_and_domains_are_no_part_of_the_cascade() {
    Scope production = acme.scope("", "production");
    acme.create(production, "elsewhere", Canary.value());
    acme.create(acme.scope("demo", "production"), "elsewhere", Canary.value());
    assertThat(failure(acme.leasing(acme.demoDevelopment, "elsewhere")))
        .isInstanceOf(Failure.Missing.class);
  }

  @Test
  void a_deleted_secret_lets_the_wider_one_through() {
    String wide = Canary.value();
    acme.create(acme.organization, "uncovered", wide);
    acme.create(acme.demo, "uncovered", Canary.value());
    acme.delete(acme.demo, "uncovered");
    try (var leased = acme.lease(acme.demo, "uncovered")) {
      assertThat(TenantWorld.value(leased)).isEqualTo(wide);
    }
  }

  @Test
  void pages_hold_every_name_once_and_in_order() {
    TenantWorld paged = world.tenant("paged");
    for (int i = 0; i < 7; i++) {
      paged.create(paged.organization, "paged-" + i, Canary.value());
      if (i % 2 == 0) {
        paged.create(paged.demo, "Paged-" + i, Canary.value());
      }
    }
    List<String> names = new ArrayList<>();
    Optional<String> after = Optional.of("");
    while (after.isPresent()) {
      Secrets.Page page =
          await(
              world.secrets.list(
                  paged.grant(Action.SECRET_LIST),
                  paged.demoDevelopment,
                  true,
                  SecretFilter.NONE,
                  after.get(),
                  3));
      page.secrets().forEach(listed -> names.add(listed.secret().name().folded()));
      after = page.next();
    }
    assertThat(names)
        .containsExactly(
            "paged-0", "paged-1", "paged-2", "paged-3", "paged-4", "paged-5", "paged-6");
  }

  private static void assertLeased(
      Scope asking, String name, Optional<Scope> winner, Map<Scope, String> values) {
    if (winner.isEmpty()) {
      assertThat(failure(acme.leasing(asking, name))).isInstanceOf(Failure.Missing.class);
      return;
    }
    try (var leased = acme.lease(asking, name)) {
      assertThat(TenantWorld.value(leased)).isEqualTo(values.get(winner.get()));
      assertThat(leased.secret().scope()).isEqualTo(winner.get());
    }
  }

  private static void assertListed(
      Scope asking, String name, Optional<Scope> winner, List<Scope> having) {
    var listed =
        await(
                world.secrets.list(
                    acme.grant(Action.SECRET_LIST), asking, true, SecretFilter.NONE, "", 100))
            .secrets()
            .stream()
            .filter(one -> one.secret().name().text().equals(name))
            .findFirst();
    assertThat(listed.map(one -> one.secret().scope())).isEqualTo(winner);
    assertThat(listed.map(Secrets.Listed::shadows).orElse(List.of()))
        .isEqualTo(
            asking.cascade().stream()
                .filter(having::contains)
                .filter(scope -> !scope.equals(winner.orElse(null)))
                .toList());
  }
}
