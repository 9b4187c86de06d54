package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one sees first: what to do where there is nothing, and how it stands where there is. */
final class OverviewIT {

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  private static void created(String key, String secret) {
    JsonObject body = new JsonObject().put("name", secret).put("type", "text");
    WORLD.as(key).post("/secrets?project=demo", body.put("value", Canary.value())).expect(201);
  }

  private static void rotated(String key, String secret) {
    JsonObject body = new JsonObject().put("generate", new JsonObject().put("kind", "uuid"));
    WORLD.as(key).post("/secrets/" + secret + "/rotations?project=demo", body).expect(202);
  }

  private static Locator step(Visit visit) {
    return visit.page().locator(".first-steps [aria-current=step]");
  }

  @Test
  void a_fresh_installation_leads_through_the_first_steps() {
    Tenancy fresh = WORLD.brokers().tenant(WORLD.as(WORLD.brokers().operator()), "fresh");
    Visit visit = WORLD.visit().signIn(fresh.admin()).view("Overview");
    assertThat(step(visit)).containsText("Keep a secret here");
    visit.isAccessible();
    created(fresh.app(), "db-password");
    assertThat(step(visit)).containsText("hushbus run --project demo");
    try (Runners runners = new Runners(WORLD.node().address(), fresh.runner())) {
      runners.holding("first", "db-password");
      visit.page().evaluate("() => { location.hash = '#/runs'; }");
      visit.view("Runs and leases").go("Overview");
      assertThat(step(visit)).containsText("Change it while it is in use");
      rotated(fresh.app(), "db-password");
      assertThat(visit.page().locator(".first-steps")).hasCount(0);
      visit.says("Under way").says("holder still to move").isAccessible();
    }
  }

  @Test
  void what_failed_comes_first_and_leads_to_its_rotation() {
    created(WORLD.key(Role.EDITOR), "api-token");
    try (Runners runners = new Runners(WORLD.node().address(), WORLD.key(Role.RUNNER))) {
      runners.failing("report", "api-token", "the other side refused it");
      Visit visit = WORLD.visit(Role.EDITOR).view("Overview");
      rotated(WORLD.key(Role.EDITOR), "api-token");
      visit.says("Needs you first");
      visit.page().getByText("api-token: 1 holder could not take v2").click();
      visit.view("api-token").says("the other side refused it");
    }
  }

  @Test
  void charts_are_tables_for_who_wants_them() {
    created(WORLD.key(Role.EDITOR), "charted");
    rotated(WORLD.key(Role.EDITOR), "charted");
    try (Runners runners = new Runners(WORLD.node().address(), WORLD.key(Role.RUNNER))) {
      runners.holding("steady", "charted");
      Visit visit = WORLD.visit(Role.VIEWER).view("Overview");
      Locator charts =
          visit
              .page()
              .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show as table"));
      charts.first().click();
      assertThat(
              visit
                  .page()
                  .getByRole(
                      AriaRole.REGION, new Page.GetByRoleOptions().setName("Leases granted")))
          .containsText("granted");
      visit.page().getByLabel("How far back").selectOption("hour");
      visit.says("How old the values are").isAccessible();
    }
  }

  @Test
  void each_figure_says_what_is_good_or_bad_about_it_also_in_a_hand() {
    created(WORLD.key(Role.EDITOR), "counted");
    Visit visit = WORLD.visit(Look.HAND).signIn(WORLD.key(Role.VIEWER)).view("Overview");
    for (String sentence :
        new String[] {
          "All that is kept, as far as you may see it.",
          "Good: every policy is kept.",
          "Good: down to 0 after each rotation.",
          "Good: nothing.",
          "The older a value, the longer somebody who has once seen it can use it."
        }) {
      visit.says(sentence);
    }
    assertThat(visit.page().locator(".figures .figure-hint")).hasCount(4);
    assertThat(visit.page().locator("figure.chart .hint")).hasCount(4);
    visit.isAccessible();
    int wide = (int) visit.page().evaluate("() => document.documentElement.scrollWidth");
    assertThat(wide).isEqualTo(360);
  }
}
