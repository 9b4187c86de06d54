package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who did what, as the console finds it, and the chain that is taken along to be checked. */
final class AuditViewIT {

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  @BeforeAll
  static void something_is_done_and_something_refused() {
    JsonObject body =
        new JsonObject().put("name", "audited").put("type", "text").put("value", Canary.value());
    WORLD.as(Role.ADMIN).post("/secrets?project=demo", body).expect(201);
    WORLD.as(Role.VIEWER).delete("/secrets/audited?project=demo").expect(403);
  }

  @Test
  void a_record_is_found_by_who_what_and_outcome() {
    Visit visit = WORLD.visit(Role.AUDITOR).go("Audit").isAccessible();
    Locator records = visit.page().getByRole(AriaRole.TABLE, named("Audit records"));
    assertThat(records).containsText("audited");
    visit.field("Outcome").selectOption("denied");
    assertThat(records).containsText("secret delete");
    assertThat(records).not().containsText("secret create");
    visit.field("Outcome").selectOption("");
    visit.field("What").selectOption("secret_create");
    assertThat(records).not().containsText("secret delete");

    visit.button("secret create").click();
    assertThat(visit.dialog()).containsText("Place in the chain");
    visit.isAccessible().button("All about this thing").click();
    assertThat(records).containsText("secret create");
    assertThat(records).not().containsText("role admin");
    visit.button("Clear filters").click();
    visit.field("Who").selectOption("viewer");
    assertThat(records).not().containsText("secret create");
    assertThat(records).containsText("Denied");
  }

  @Test
  void what_is_no_id_is_said_and_not_asked_for() {
    Visit visit = WORLD.visit(Role.AUDITOR).go("Audit");
    visit.field("About the thing with this id").fill("db-password");
    assertThat(visit.field("About the thing with this id")).hasAttribute("aria-invalid", "true");
    visit.field("About the thing with this id").fill("00000000-0000-4000-8000-000000000000");
    visit.says("No record like that").isAccessible();
    visit.button("Clear filters").first().click();
    visit.field("From (UTC)").fill("2020-01-02T00:00");
    visit.field("Until (UTC)").fill("2020-01-01T00:00");
    visit.says("It begins after it ends.");
  }

  @Test
  void the_chain_is_taken_along_as_the_broker_gives_it() throws IOException {
    Visit visit = WORLD.visit();
    visit.context().addInitScript("delete globalThis.showSaveFilePicker");
    visit.open("/").signIn(WORLD.key(Role.AUDITOR)).go("Audit");
    visit.link("Chain and export").click();
    visit
        .says("records in the chain")
        .says("hushbus audit verify --file audit.jsonl")
        .isAccessible();
    Download download = visit.page().waitForDownload(() -> visit.button("Export").click());
    assertThat(download.suggestedFilename()).matches("audit-acme-.*\\.jsonl");
    List<String> lines = Files.readAllLines(download.path());
    assertThat(new JsonObject(lines.getFirst()).getString("format")).startsWith("hushbus-audit/");
    assertThat(lines).anyMatch(line -> line.contains("secret_create"));
    visit.says("are in audit-acme-");
  }

  @Test
  void who_may_not_read_it_has_no_such_page() {
    Visit visit = WORLD.visit(Role.DEVELOPER);
    assertThat(visit.link("Audit")).hasCount(0);
    visit.move("#/audit").view("Your roles do not show this page").isAccessible();
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
