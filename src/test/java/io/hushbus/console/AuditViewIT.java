package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.audit.TamperedExports;
import io.hushbus.model.Action;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
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
    assertThat(records).containsText("Delete a secret");
    assertThat(records).not().containsText("Create a secret");
    visit.field("Outcome").selectOption("");
    visit.field("What").selectOption("secret_create");
    assertThat(records).not().containsText("Delete a secret");

    visit.field("Name of the thing").fill("audite");
    visit.says("No record like that");
    visit.field("Name of the thing").fill("audited");
    visit.button("Create a secret").click();
    assertThat(visit.dialog()).containsText("Place in the chain");
    assertThat(visit.dialog()).containsText("secret_create");
    visit.isAccessible().button("All about this thing").click();
    assertThat(records).containsText("Create a secret");
    assertThat(records).not().containsText("Give a role");
    visit.button("Clear filters").click();
    visit.field("Who").selectOption("viewer");
    assertThat(records).not().containsText("Create a secret");
    assertThat(records).containsText("Denied");
  }

  @Test
  void what_is_no_id_is_said_and_not_asked_for() {
    Visit visit = WORLD.visit(Role.AUDITOR).go("Audit");
    visit.button("More filters").click();
    visit.field("Id of the thing").fill("db-password");
    assertThat(visit.field("Id of the thing")).hasAttribute("aria-invalid", "true");
    visit.field("Id of the thing").fill("00000000-0000-4000-8000-000000000000");
    visit.says("No record like that").isAccessible();
    visit.button("Clear filters").first().click();
    visit.field("From (UTC)").fill("2020-01-02T00:00");
    visit.field("Until (UTC)").fill("2020-01-01T00:00");
    visit.says("It begins after it ends.");
  }

  @Test
  void a_record_leads_to_what_it_is_about_and_to_who_did_it() {
    Visit visit = WORLD.visit(Role.ADMIN).move("#/audit/records?project=demo&name=audited");
    visit.button("Create a secret").click();
    Locator record = visit.dialog();
    assertThat(record.getByRole(AriaRole.LINK, in("demo"))).isVisible();
    assertThat(record.getByRole(AriaRole.LINK, in("admin"))).isVisible();
    record.getByRole(AriaRole.LINK, in("audited")).click();
    visit.view("audited");
  }

  @Test
  void what_a_project_leaves_out_is_said() {
    Visit visit = WORLD.visit(Role.AUDITOR).move("#/audit/records?project=demo").view("Audit");
    Locator records = visit.page().getByRole(AriaRole.TABLE, named("Audit records"));
    assertThat(records).containsText("Create a secret");
    assertThat(records).containsText("role viewer of viewer");
    assertThat(records).not().containsText("Change a service account");
    visit.says("These are the records of project demo alone").isAccessible();
    visit.link("See the whole organization’s").click();
    assertThat(records).containsText("Change a service account");
    assertThat(visit.page().getByText("These are the records of project")).hasCount(0);
  }

  @Test
  void a_chain_is_verified_and_a_record_that_was_changed_is_named() {
    Tenancy kept = WORLD.brokers().tenant(WORLD.as(Role.OPERATOR), "kept");
    Client admin = WORLD.as(kept.admin());
    for (String name : List.of("first", "second", "third")) {
      JsonObject secret = new JsonObject().put("name", name).put("type", "text");
      admin.post("/secrets?project=demo", secret.put("value", Canary.value())).expect(201);
    }
    long changed = sealed(admin, "second");
    sealed(admin, "third");
    Visit visit = WORLD.visit().signIn(kept.admin()).move("#/audit/chain").view("Audit");
    visit.button("Verify the chain").click();
    visit.says(Pattern.compile("Whole until record \\d+")).says("none was changed").isAccessible();
    visit.says("Checked against the public key that the broker itself names");

    WORLD
        .brokers()
        .database()
        .asOwner(
            "UPDATE audit_record SET resource_name = 'other' WHERE resource_name = 'second'"
                + " AND sequence = "
                + changed);
    visit.button("Verify the chain").click();
    visit.says("Broken at record " + changed).isAccessible();
    Locator told = visit.page().locator("[role=status] .note");
    assertThat(told).containsText("Record " + changed + " was changed after it was sealed.");
    assertThat(told).containsText("Create a secret");
    assertThat(told).containsText("secret other, version 1");
    assertThat(told).containsText("the records up to " + (changed - 1) + " are as sealed");
  }

  /** The place in the chain of the record that made a secret, once it has one. */
  private static long sealed(Client admin, String name) {
    return Awaitility.await()
        .until(
            () ->
                admin
                    .get("/audit?action=secret_create&name=" + name)
                    .expect(200)
                    .json()
                    .getJsonArray("records")
                    .getJsonObject(0)
                    .getLong("sequence"),
            Objects::nonNull);
  }

  @Test
  void whatever_is_done_to_an_export_is_named_as_the_command_line_names_it() {
    Visit visit = WORLD.visit(Role.AUDITOR).move("#/audit/chain").view("Audit");
    List<Map<String, String>> all =
        TamperedExports.all().stream()
            .map(
                one -> Map.of("text", one.export(), "beside", one.beside(), "pinned", one.pinned()))
            .toList();
    assertThat(visit.page().evaluate(VERDICTS, all))
        .isEqualTo(TamperedExports.all().stream().map(TamperedExports.One::outcome).toList());
  }

  private static final String VERDICTS =
      """
      async all => {
        const part = name => import(
          new URL('views/' + name, document.querySelector('script[type=module]').src).href);
        const { verify } = await part('auditverifier.js');
        const { base64url } = await part('auditlines.js');
        const pieces = async function* (text) {
          for (let at = 0; at < text.length; at += 1000) yield text.slice(at, at + 1000);
        };
        const found = [];
        for (const { text, beside, pinned } of all) {
          const keys = pinned ? [base64url(pinned)] : [];
          const { finding, records } = await verify(pieces(text), { beside, pinned: keys });
          found.push(finding ? finding.kind + ' ' + finding.sequence : 'SOUND ' + records);
        }
        return found;
      }
      """;

  @Test
  void each_action_is_told_in_plain_language() {
    Visit visit = WORLD.visit(Role.AUDITOR).go("Audit");
    List<?> told =
        (List<?>)
            visit
                .page()
                .evaluate(
                    """
                    async () => (await import(new URL(
                      'views/auditwords.js', document.querySelector('script[type=module]').src).href))
                        .ACTIONS.flatMap(([, all]) => all.map(([word]) => word))
                    """);
    assertThat(told.stream().map(String.class::cast))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Action.values()).map(Action::word).toList());
  }

  @Test
  void what_a_browser_cannot_check_it_does_not_claim() {
    Visit visit = WORLD.visit(Role.AUDITOR).move("#/audit/chain").view("Audit");
    visit
        .page()
        .evaluate(
            "() => { crypto.subtle.importKey = () =>"
                + " Promise.reject(new DOMException('', 'NotSupportedError')); }");
    visit.button("Verify the chain").click();
    visit.says("The signatures of the checkpoints were not checked").isAccessible();

    visit.page().getByText("Whom one has to trust, and how to trust less").click();
    visit.field("Public key kept apart (optional)").fill("no key");
    visit.says("A public key is 43 letters, digits, - and _.");
  }

  @Test
  void what_breaks_off_is_no_finding() {
    Visit visit = WORLD.visit(Role.AUDITOR).mayBeCutOff().move("#/audit/chain").view("Audit");
    visit.page().route("**/audit/export", Route::abort);
    visit.button("Verify the chain").click();
    assertThat(visit.page().getByRole(AriaRole.ALERT)).containsText("could not be reached");
    assertThat(visit.page().getByText("Broken at")).hasCount(0);
    visit.page().unroute("**/audit/export");
    visit.button("Try again").click();
    visit.says(Pattern.compile("Whole until record \\d+"));
    assertThat(visit.page().getByRole(AriaRole.ALERT)).hasCount(0);
  }

  @Test
  void verifying_can_be_given_up() {
    Visit visit = WORLD.visit(Role.AUDITOR).move("#/audit/chain").view("Audit");
    visit.page().route("**/audit/export", route -> {});
    visit.button("Verify the chain").click();
    visit.button("Cancel").click();
    assertThat(visit.button("Verify the chain")).isVisible();
    assertThat(visit.page().getByRole(AriaRole.ALERT)).hasCount(0);
  }

  @Test
  void the_chain_is_taken_along_as_the_broker_gives_it() throws IOException {
    Visit visit = WORLD.visit();
    visit.context().addInitScript("delete globalThis.showSaveFilePicker");
    visit.open("/").signIn(WORLD.key(Role.AUDITOR)).go("Audit");
    visit.link("Verify and export").click();
    visit
        .says("records in the chain")
        .says("Whom one has to trust, and how to trust less")
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

  private static Locator.GetByRoleOptions in(String name) {
    return new Locator.GetByRoleOptions().setName(name).setExact(true);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
