package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.client.Lease;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What runs, what it holds, and how that is taken away. */
final class RunsViewIT {

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  private static int number;

  private String secret = "";
  private @Nullable Runners runners;

  private Runners runners() {
    return Objects.requireNonNull(runners);
  }

  @BeforeEach
  void keepASecret() {
    secret = "token-" + ++number;
    JsonObject body = new JsonObject().put("name", secret).put("type", "text");
    WORLD
        .as(Role.EDITOR)
        .post("/secrets?project=demo", body.put("value", Canary.value()))
        .expect(201);
    runners = new Runners(WORLD.node().address(), WORLD.key(Role.RUNNER));
  }

  @AfterEach
  void end() {
    runners().close();
  }

  private static Locator table(Visit visit, String label) {
    return visit.page().getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName(label));
  }

  private static void confirm(Visit visit, String action) {
    visit
        .dialog()
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(action).setExact(true))
        .click();
  }

  private static String state(Lease lease) {
    return WORLD.as(Role.ADMIN).get("/leases/" + lease.id()).json().getString("state");
  }

  @Test
  void a_run_is_found_by_its_name_and_drawn_over_time() {
    runners().holding("train-a", secret);
    runners().holding("train-b", secret);
    Visit visit = WORLD.visit(Role.EDITOR).go("Runs and leases");
    assertThat(table(visit, "Runs")).containsText("train-b");
    visit.field("Name of the run, whole").fill("train-a");
    visit.field("Name of the run, whole").press("Enter");
    assertThat(table(visit, "Runs")).not().containsText("train-b");
    visit.isAccessible().link("train-a").click();
    visit.view("train-a").says("Leased " + secret);
    assertThat(
            visit
                .page()
                .getByRole(
                    AriaRole.LIST,
                    new Page.GetByRoleOptions().setName("The run and its leases over time")))
        .containsText(secret);
    visit.isAccessible();
  }

  @Test
  void one_lease_is_revoked_after_a_question() {
    Lease lease = runners().holding("train-c", secret);
    Visit visit = WORLD.visit(Role.ADMIN).move("#/runs?show=leases").view("Runs and leases");
    visit.button("Revoke the lease of train-c on " + secret).click();
    assertThat(visit.dialog()).containsText("train-c loses " + secret + " at once");
    visit.isAccessible();
    confirm(visit, "Revoke");
    visit.says("The lease has ended");
    Assertions.assertThat(state(lease)).isEqualTo("revoked");
  }

  @Test
  void every_lease_of_a_secret_is_revoked_and_counted_before() {
    Lease one = runners().holding("train-d", secret);
    Lease other = runners().holding("train-e", secret);
    Visit visit = WORLD.visit(Role.ADMIN).move("#/runs?show=leases").view("Runs and leases");
    visit.button("Only leases of " + secret).first().click();
    visit.button("Revoke all of this secret").click();
    assertThat(visit.dialog()).containsText("2 leases end at once");
    confirm(visit, "Revoke all");
    visit.says("2 leases ended").says("No lease lives here now");
    Assertions.assertThat(state(one)).isEqualTo("revoked");
    Assertions.assertThat(state(other)).isEqualTo("revoked");
  }

  @Test
  void who_may_not_revoke_is_not_asked_to() {
    runners().holding("train-f", secret);
    Visit visit = WORLD.visit(Role.VIEWER).move("#/runs?show=leases").view("Runs and leases");
    assertThat(table(visit, "Leases")).containsText("train-f");
    assertThat(visit.button("Revoke the lease of train-f on " + secret)).hasCount(0);
    visit.isAccessible();
  }

  @Test
  void a_run_that_ends_is_seen_to_end() {
    runners().holding("train-g", secret);
    Visit visit = WORLD.visit(Role.EDITOR).go("Runs and leases");
    visit.link("train-g").click();
    visit.view("train-g").says("Running");
    runners().endAll();
    visit.says("Succeeded").says("Its leases ended with it").isAccessible();
  }
}
