package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators see to in the console, and what they do not see. */
final class OperatorViewIT {

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  @Test
  void a_tenant_is_made_with_a_key_shown_once_and_deleted_with_all_in_it() {
    Visit visit = WORLD.visit(Role.OPERATOR).mayAnswer(400).go("Operator").isAccessible();
    visit.button("Create a tenant").click();
    visit.field("Name").fill("Globex!");
    visit.button("Create").click();
    assertThat(visit.field("Name")).hasAttribute("aria-invalid", "true");
    visit.field("Name").fill("globex");
    visit.button("Create").click();
    Locator key = visit.field("Key");
    assertThat(key).hasValue(Pattern.compile("hsb_.+"));
    Client admin = WORLD.as(key.inputValue());
    visit.isAccessible().button("I have stored it").click();
    visit.view("globex").isAccessible();
    JsonObject secret =
        new JsonObject().put("name", "theirs").put("type", "text").put("value", Canary.value());
    admin.post("/secrets", secret).expect(201);

    visit.button("Delete").click();
    assertThat(visit.button("Delete tenant")).isDisabled();
    visit.field("Type globex to go on").fill("globex");
    visit.mayAnswer(404).button("Delete tenant").click();
    visit.says("Deletion of a tenant");
    Awaitility.await().until(() -> admin.get("/auth/whoami").status() == 401);
    visit.says("Done").move("#/operator/tenants").view("Operator");
    Locator tenants = visit.page().getByRole(AriaRole.TABLE, named("Tenants"));
    assertThat(tenants).containsText("acme");
    assertThat(tenants).not().containsText("globex");
  }

  @Test
  void a_key_is_rotated_and_one_watches_how_far_it_is() {
    for (int i = 0; i < 20; i++) {
      JsonObject secret = new JsonObject().put("name", "moved-" + i).put("type", "text");
      WORLD.as(Role.ADMIN).post("/secrets", secret.put("value", Canary.value())).expect(201);
    }
    Visit visit = WORLD.visit(Role.OPERATOR).move("#/operator/tenants/acme").view("acme");
    visit.button("Rotate key").click();
    visit.dialog().getByText("Rotate key", new Locator.GetByTextOptions().setExact(true)).click();
    Locator bar = visit.page().getByRole(AriaRole.PROGRESSBAR);
    assertThat(bar).hasAttribute("aria-valuenow", "100");
    visit.says("Everything is moved; nothing is left to do.").isAccessible();
    Locator keys = visit.page().getByRole(AriaRole.TABLE, named("Keys of the tenant"));
    assertThat(keys).containsText("In use");
    assertThat(keys).containsText("Empty, kept for backups");

    visit.move("#/operator/work").view("Operator");
    Locator work = visit.page().getByRole(AriaRole.TABLE, named("Long work"));
    assertThat(work).containsText("Done");
    visit.isAccessible().link("Rotation of a tenant’s key").first().click();
    visit.view("Long work").says("Asked for by");
  }

  @Test
  void limits_are_set_and_the_rest_is_as_for_all() {
    Visit visit = WORLD.visit(Role.OPERATOR).move("#/operator/tenants/acme").view("acme");
    visit.button("Change limits").click();
    visit.field("Secrets").fill("-1");
    visit.button("Save").click();
    assertThat(visit.field("Secrets")).hasAttribute("aria-invalid", "true");
    visit.field("Secrets").fill("777");
    visit.button("Save").click();
    Locator limits = visit.page().getByRole(AriaRole.TABLE, named("Limits and use"));
    assertThat(limits).containsText("777");
    assertThat(limits).containsText("for this tenant");

    Visit admin = WORLD.visit(Role.ADMIN);
    assertThat(admin.link("Operator")).hasCount(0);
    admin.go("Limits and work").says("777");
    assertThat(admin.page()).hasTitle("Limits and work · Hushbus");
    assertThat(admin.link("Tenants")).hasCount(0);
    assertThat(admin.button("Change limits")).hasCount(0);
    admin.isAccessible();
  }

  @Test
  void nodes_health_and_the_root_key_are_told() {
    Visit visit = WORLD.visit(Role.OPERATOR).mayAnswer(409).go("Operator");
    visit.link("Nodes and health").click();
    visit.says("The database answers: yes").says("answers now");
    visit.page().getByText("What is a node, a fence, a hint").click();
    visit.says("what a node with an older number still wants to write is refused").isAccessible();
    visit.link("Root key").click();
    visit.page().getByText("What is a root key").click();
    visit.says("called its key-encryption key or KEK");
    visit.says("everything lies under the current one").button("Move all keys").click();
    visit
        .dialog()
        .getByText("Move all keys", new Locator.GetByTextOptions().setExact(true))
        .click();
    visit.says("Its state does not allow this.").isAccessible();
  }

  @Test
  void a_restore_is_confirmed_by_name_alone() {
    Visit visit = WORLD.visit(Role.OPERATOR).move("#/operator/tenants/acme").view("acme");
    visit.mayAnswer(409).button("Confirm a restore").click();
    assertThat(visit.button("Confirm the restore")).isDisabled();
    visit.field("Type acme to go on").fill("acme");
    visit.button("Confirm the restore").click();
    visit.says(
        Pattern.compile("Confirmed\\. acme is served again.*|Its state does not allow this\\."));
  }

  @Test
  void an_operator_sees_no_secret_and_others_no_operator() {
    Visit operator = WORLD.visit(Role.OPERATOR);
    assertThat(operator.link("Secrets")).hasCount(0);
    assertThat(operator.link("Operator")).hasCount(1);
    Visit developer = WORLD.visit(Role.DEVELOPER);
    assertThat(developer.link("Operator")).hasCount(0);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
