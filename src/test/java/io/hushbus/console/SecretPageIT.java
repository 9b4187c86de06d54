package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is done to one secret by a person. */
final class SecretPageIT {

  private static final String IN_DEMO = "?project=demo";

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  @BeforeAll
  static void places() {
    var admin = WORLD.as(Role.ADMIN);
    admin.post("/communities", new JsonObject().put("name", "research")).expect(201);
    JsonObject project = new JsonObject().put("name", "speech").put("community", "research");
    admin.post("/projects", project).expect(201);
    JsonObject demo = new JsonObject().put("reveal", "developer").put("community", "research");
    admin.json("PATCH", "/projects/demo", demo).expect(200);
  }

  private static void text(String name) {
    make(new JsonObject().put("name", name).put("type", "text").put("value", Canary.value()));
  }

  private static void login(String name) {
    JsonObject data = new JsonObject().put("user", "app").put("password", Canary.value());
    make(new JsonObject().put("name", name).put("type", "key_value").put("data", data));
  }

  private static void make(JsonObject secret) {
    WORLD.as(Role.DEVELOPER).post("/secrets" + IN_DEMO, secret).expect(201);
  }

  private static JsonObject known(String name) {
    return WORLD.as(Role.ADMIN).get("/secrets/" + name + IN_DEMO).expect(200).json();
  }

  private static JsonObject leased(String project, String name) {
    JsonArray wanted = new JsonArray().add(new JsonObject().put("secret", name));
    return WORLD
        .as(Role.RUNNER)
        .post("/leases", new JsonObject().put("project", project).put("secrets", wanted))
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0)
        .getJsonObject("data");
  }

  private static Visit page(Role role, String name) {
    return WORLD.visit(role).move("#/secrets/" + name + IN_DEMO).view(name);
  }

  private static void more(Visit visit, String action) {
    visit.button("More").click();
    visit
        .page()
        .getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName(action).setExact(true))
        .click();
  }

  private static Locator inDialog(Visit visit, String action) {
    return visit
        .dialog()
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(action).setExact(true));
  }

  private static Locator tab(Visit visit, String title) {
    return visit
        .page()
        .getByRole(
            AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName(Pattern.compile("^Abo")))
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(title).setExact(true));
  }

  @Test
  void single_keys_change_and_who_was_faster_is_told_before_anything_is_overwritten() {
    login("warehouse");
    String mine = Canary.value();
    Visit visit = page(Role.DEVELOPER, "warehouse").mayAnswer(412);
    visit.button("Change the value").click();
    inDialog(visit, "Save").click();
    visit.says("Nothing is changed yet.");
    visit.field("What happens to password").selectOption("New value");
    visit.field("New value of password").fill(mine);
    visit.isAccessible();

    JsonObject theirs = new JsonObject().put("user", "their-app");
    WORLD
        .as(Role.EDITOR)
        .json("PATCH", "/secrets/warehouse" + IN_DEMO, new JsonObject().put("data", theirs))
        .expect(200);
    inDialog(visit, "Save").click();
    visit.says("Somebody changed it while you typed").says("You began from version 1.");
    assertThat(known("warehouse").getInteger("current_version")).isEqualTo(2);
    visit.isAccessible();
    inDialog(visit, "Save mine over version 2").click();
    visit.says("warehouse is at version 3 now.").showsNoValue();

    JsonObject data = leased("demo", "warehouse");
    assertThat(data.getString("password")).isEqualTo(mine);
    assertThat(data.getString("user")).isEqualTo("their-app");
  }

  @Test
  void a_value_is_replaced_without_showing_the_old_one() {
    text("token");
    String value = Canary.value();
    Visit visit = page(Role.EDITOR, "token");
    visit.button("Change the value").click();
    assertThat(visit.field("Value")).isEmpty();
    visit.field("Value").fill(value);
    inDialog(visit, "Save").click();
    visit.says("token is at version 2 now.").showsNoValue();
    tab(visit, "Versions").click();
    Locator versions = visit.page().getByRole(AriaRole.TABLE).locator("tbody tr");
    assertThat(versions).hasCount(2);
    assertThat(versions.first()).containsText("Current");
    visit.isAccessible();

    visit.button("Make current").click();
    inDialog(visit, "Make current").click();
    assertThat(versions).hasCount(3);
    visit.button("Destroy").last().click();
    inDialog(visit, "Destroy").click();
    assertThat(versions.last()).containsText("Destroyed");
  }

  @Test
  void a_secret_is_renamed_and_described() {
    text("old-name");
    Visit visit = page(Role.DEVELOPER, "old-name").mayAnswer(409, 404);
    text("other-name");
    more(visit, "Rename");
    visit.says("What asks for old-name does not find it any more");
    assertThat(inDialog(visit, "Rename")).isDisabled();
    visit.field("New name").fill("other-name");
    inDialog(visit, "Rename").click();
    visit.says("There is one of this name in demo.");
    visit.field("New name").fill("new-name");
    visit.isAccessible();
    inDialog(visit, "Rename").click();
    visit.view("new-name").says("old-name is called new-name now.");
    more(visit, "Edit details");
    visit.field("Description").fill("The read replica");
    visit.field("Labels").fill("team=vision");
    visit.field("Longest lease").fill("soon");
    visit.says("A number and s, m, h or d");
    visit.field("Longest lease").fill("6h");
    visit.isAccessible();
    inDialog(visit, "Save").click();
    visit.view("new-name").says("The read replica").says("team=vision").says("6h");
    assertThat(known("new-name").getInteger("max_lease_seconds")).isEqualTo(21_600);
    visit.move("#/secrets/old-name" + IN_DEMO).view("There is no old-name in demo");
  }

  @Test
  void what_keeps_a_secret_from_being_renamed_is_listed_before_one_tries() {
    text("named-by");
    JsonObject need = new JsonObject().put("secret", "named-by").put("as_env_var", "NAMED");
    JsonObject environment = new JsonObject().put("secrets", new JsonArray().add(need));
    WORLD.as(Role.ADMIN).put("/environments/namer" + IN_DEMO, environment).expect(201);
    Visit visit = page(Role.DEVELOPER, "named-by").mayAnswer(409);
    more(visit, "Rename");
    visit.says("1 environment names it, and keeps it from being renamed");
    assertThat(visit.dialog().getByRole(AriaRole.LINK)).hasText("namer");
    visit.field("New name").fill("named-anew");
    inDialog(visit, "Rename").click();
    visit.says("In the way: 1 use").isAccessible();
    JsonObject none = new JsonObject().put("secrets", new JsonArray());
    WORLD.as(Role.ADMIN).put("/environments/namer" + IN_DEMO, none).expect(200);
    inDialog(visit, "Rename").click();
    visit.view("named-anew");
  }

  @Test
  void what_was_typed_over_a_page_is_not_lost_by_escape_alone() {
    text("half-typed");
    Visit visit = page(Role.DEVELOPER, "half-typed");
    visit.button("Change the value").click();
    assertThat(visit.dialog()).isVisible();
    visit.page().keyboard().press("Escape");
    assertThat(visit.dialog()).hasCount(0);
    visit.button("Change the value").click();
    visit.field("Value").fill(Canary.value());
    visit.page().keyboard().press("Escape");
    visit.says("Leave what you have typed?").isAccessible();
    visit.button("Stay here").click();
    assertThat(visit.field("Value")).not().isEmpty();
    visit.move("#/runs");
    visit.says("Leave what you have typed?").button("Leave").click();
    visit.view("Runs and leases").showsNoValue();
  }

  @Test
  void who_held_it_before_is_told_beside_who_holds_it_now() {
    text("held-before");
    leased("demo", "held-before");
    JsonObject selector = new JsonObject().put("secret_id", known("held-before").getString("id"));
    WORLD.as(Role.ADMIN).post("/leases/revoke", selector).expect(200);
    Visit visit = page(Role.ADMIN, "held-before");
    tab(visit, "Used by").click();
    visit.says("Nobody holds a version now.");
    Locator before =
        visit
            .page()
            .getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Held it before"));
    assertThat(before).containsText("runner");
    assertThat(before).containsText("Revoked");
    visit.isAccessible().link("All of its leases").click();
    visit.view("Runs and leases").says("held-before");
  }

  @Test
  void in_the_hand_the_chosen_tab_is_in_view_and_the_others_are_hinted_at() {
    text("narrow");
    Visit visit = WORLD.visit(Look.HAND).signIn(WORLD.key(Role.ADMIN));
    visit.move("#/secrets/narrow/policy" + IN_DEMO).view("narrow");
    Locator tabs = visit.page().locator("nav.tabs");
    assertThat(tab(visit, "Rotation")).isInViewport();
    assertThat(tabs).hasClass(Pattern.compile("goes-left"));
    tab(visit, "Overview").click();
    assertThat(tab(visit, "Overview")).isInViewport();
    assertThat(tabs).hasClass("tabs goes-right");
  }

  @Test
  void what_others_said_meanwhile_is_not_undone() {
    text("described");
    Visit visit = page(Role.DEVELOPER, "described").mayAnswer(412);
    more(visit, "Edit details");
    visit.field("Labels").fill("team=vision");
    JsonObject theirs = new JsonObject().put("description", "Said by another");
    WORLD
        .as(Role.EDITOR)
        .json("PATCH", "/secrets/described/metadata" + IN_DEMO, theirs)
        .expect(200);
    inDialog(visit, "Save").click();
    visit.says("Somebody changed it meanwhile");
    assertThat(known("described").getString("description")).isEqualTo("Said by another");
  }

  @Test
  void a_clone_differs_where_it_was_edited() {
    login("original");
    Visit visit = page(Role.ADMIN, "original");
    more(visit, "Clone");
    visit.field("Name of the clone").fill("my-original");
    visit.field("Project").last().selectOption("speech");
    visit.page().getByRole(AriaRole.RADIO, named("^Partly changed")).check();
    visit.field("What happens to user").selectOption("New value");
    visit.field("New value of user").fill("me");
    visit.isAccessible();
    inDialog(visit, "Clone").click();
    visit.view("my-original").says("Cloned from").showsNoValue();
    JsonObject clone = leased("speech", "my-original");
    assertThat(clone.getString("user")).isEqualTo("me");
    assertThat(clone.getString("password")).startsWith("canary/");
  }

  private static Page.GetByRoleOptions named(String pattern) {
    return new Page.GetByRoleOptions().setName(Pattern.compile(pattern));
  }

  @Test
  void what_uses_a_secret_keeps_it_and_is_listed_with_links() {
    text("needed");
    JsonObject need = new JsonObject().put("secret", "needed").put("as_env_var", "NEEDED");
    JsonObject environment = new JsonObject().put("secrets", new JsonArray().add(need));
    WORLD.as(Role.ADMIN).put("/environments/train" + IN_DEMO, environment).expect(201);
    leased("demo", "needed");

    Visit visit = page(Role.ADMIN, "needed").mayAnswer(409, 404);
    tab(visit, "Used by").click();
    visit.says("Version 1, current").isAccessible();
    assertThat(visit.link("train")).isVisible();
    more(visit, "Delete");
    inDialog(visit, "Delete").click();
    visit.says("In the way: 2 uses");
    assertThat(visit.dialog()).containsText("Environment train of demo needs it.");
    assertThat(visit.dialog()).containsText("runner holds version 1");
    visit.isAccessible();
    visit.page().getByLabel("End all of these uses and delete it all the same").check();
    assertThat(inDialog(visit, "End all uses and delete")).isDisabled();
    visit.dialog().locator("input:not([type=checkbox])").fill("needed");
    inDialog(visit, "End all uses and delete").click();
    visit.view("Secrets").says("needed is in the trash now.");

    text("needed");
    visit.link("Trash").click();
    String kept =
        WORLD
            .as(Role.ADMIN)
            .get("/secrets" + IN_DEMO + "&deleted=true")
            .json()
            .getJsonArray("secrets")
            .getJsonObject(0)
            .getString("kept_until");
    assertThat(visit.page().locator("time[datetime='" + kept + "']")).isVisible();
    visit.isAccessible().button("Restore").click();
    inDialog(visit, "Restore").click();
    visit.says("A living secret has this name: take another one.");
    visit.field("Name").fill("needed-before");
    inDialog(visit, "Restore").click();
    visit.view("needed-before");
  }

  @Test
  void what_is_purged_is_gone_for_good() {
    text("unwanted");
    WORLD.as(Role.ADMIN).delete("/secrets/unwanted" + IN_DEMO).expect(204);
    Visit visit = WORLD.visit(Role.ADMIN).move("#/secrets/-/trash" + IN_DEMO).view("Secrets");
    Locator row =
        visit
            .page()
            .getByRole(AriaRole.ROW)
            .filter(new Locator.FilterOptions().setHasText("unwanted"));
    row.getByText("Purge").click();
    visit.dialog().locator("input").fill("unwanted");
    inDialog(visit, "Destroy it").click();
    visit.says("unwanted is destroyed.");
    assertThat(row).hasCount(0);
  }

  @Test
  void a_secret_is_shared_adopted_and_taken_back() {
    text("common");
    Visit visit = page(Role.ADMIN, "common");
    tab(visit, "Sharing").click();
    visit.isAccessible().button("Share it with research").click();
    inDialog(visit, "Share").click();
    visit.says("Visible in the community");

    visit.move("#/secrets/-/shared?project=speech").says("common").isAccessible();
    visit.button("Adopt").click();
    visit.field("What speech calls it").fill("theirs");
    inDialog(visit, "Adopt").click();
    visit.view("theirs").says("It belongs to demo, where it is called common.").isAccessible();
    assertThat(visit.button("Change the value")).hasCount(0);
    assertThat(leased("speech", "theirs").getString("value")).startsWith("canary/");

    visit.move("#/secrets/common/sharing" + IN_DEMO).says("Adopted by 1 project");
    visit.button("End the share").click();
    assertThat(visit.dialog()).containsText("1 project lose it");
    inDialog(visit, "End it").click();
    visit.says("It is not shared");
  }

  @Test
  void a_value_is_shown_on_record_and_hides_itself() {
    text("shown");
    Visit visit = WORLD.visit();
    visit.page().clock().install();
    visit.signIn(WORLD.key(Role.DEVELOPER));
    visit.move("#/secrets/shown" + IN_DEMO).view("shown").button("Show the value").click();
    visit.says("on record under your name").isAccessible();
    inDialog(visit, "Show it").click();
    Locator value = visit.dialog().locator("pre");
    assertThat(value).hasText(Pattern.compile("^canary/"));
    visit.isAccessible().page().clock().fastForward(30_000);
    visit.says("It is hidden again.");
    assertThat(value).hasCount(0);
    visit.showsNoValue();

    inDialog(visit, "Show it").click();
    assertThat(value).hasCount(1);
    visit.page().evaluate("() => dispatchEvent(new Event('blur'))");
    assertThat(value).hasCount(0);
    visit.page().keyboard().press("Escape");
    visit.showsNoValue();
    JsonObject trail = WORLD.as(Role.AUDITOR).get("/audit?page_size=50").expect(200).json();
    assertThat(trail.encode()).contains("secret_reveal");
  }

  @Test
  void a_value_that_comes_when_one_has_left_the_window_is_not_shown() {
    text("late");
    Visit visit = page(Role.DEVELOPER, "late");
    var held = new ArrayList<Route>();
    visit.page().route("**/secrets/late/value*", held::add);
    visit.button("Show the value").click();
    inDialog(visit, "Show it").click();
    visit.page().waitForCondition(() -> !held.isEmpty());
    visit.page().evaluate("() => dispatchEvent(new Event('blur'))");
    held.forEach(Route::resume);
    visit.says("It is hidden again.");
    assertThat(visit.dialog().locator("pre")).hasCount(0);
    visit.showsNoValue();
  }

  @Test
  void a_policy_says_when_and_from_where_the_next_value_comes() {
    login("aging");
    Visit visit = page(Role.EDITOR, "aging").mayAnswer(400, 404);
    tab(visit, "Rotation").click();
    visit.isAccessible().button("Set a policy").click();
    visit.field("Characters").fill("4");
    inDialog(visit, "Save").click();
    visit.says("From 8 to 4096.");
    visit.field("Characters").fill("24");
    visit.field("How often").selectOption("every 90 days");
    visit.isAccessible();
    inDialog(visit, "Save").click();
    visit.says("every 90d").says("a password of 24 characters").isAccessible();

    visit.button("Edit").click();
    visit.page().getByRole(AriaRole.RADIO, named("^By a calendar")).check();
    visit.field("Cron line").fill("0 3 * *");
    visit.page().getByRole(AriaRole.RADIO, named("^A service is called")).check();
    visit.field("Address of the service").fill("https://rotator.example.com/db");
    inDialog(visit, "Save").click();
    visit.says("Five fields");
    visit.field("Cron line").fill("61 3 1 * *");
    inDialog(visit, "Save").click();
    assertThat(visit.field("Cron line")).hasAttribute("aria-invalid", "true");
    visit.field("Cron line").fill("0 3 1 * *");
    inDialog(visit, "Save").click();
    assertThat(visit.field("Key")).hasValue(Pattern.compile("^whsec_"));
    visit.button("I have stored it").click();
    visit.says("0 3 1 * *");
    visit.button("Remove").click();
    inDialog(visit, "Remove").click();
    visit.says("It is not rotated by itself");
  }

  @Test
  void ready_code_names_the_secret_where_it_is() {
    login("app-login");
    Visit visit = page(Role.VIEWER, "app-login");
    Locator code = visit.page().locator(".code pre");
    assertThat(code.first()).containsText("export HUSHBUS_ADDR=" + WORLD.node().address());
    visit.says("An admin creates one under Access");
    code = code.last();
    assertThat(code).containsText("hushbus run --project demo");
    assertThat(code).containsText("--env APP_LOGIN_PASSWORD=app-login#password");
    visit.button("Python").click();
    assertThat(code).containsText("client.secrets.get(\"app-login\")");
    visit.says("pip install hushbus");
    visit.button("Java").click();
    assertThat(code).containsText("LeaseAsk.of(\"app-login\").in(\"demo\")");
    visit.button("bash").click();
    assertThat(code).containsText("{\"project\":\"demo\",\"secrets\":[{\"secret\":\"app-login\"}]");
    visit.isAccessible();
  }

  @Test
  void who_only_looks_is_offered_nothing_else() {
    text("looked-at");
    Visit visit = page(Role.VIEWER, "looked-at").isAccessible();
    for (String action : new String[] {"Change the value", "Edit", "Show the value"}) {
      assertThat(visit.button(action)).hasCount(0);
    }
    visit.button("More").click();
    assertThat(visit.page().getByRole(AriaRole.MENUITEM)).hasText(new String[] {"Its events"});
    visit.page().keyboard().press("Escape");
    assertThat(visit.link("Rotate")).hasCount(0);
    tab(visit, "Versions").click();
    assertThat(visit.page().getByRole(AriaRole.TABLE)).containsText("Current");
    assertThat(visit.button("Destroy")).hasCount(0);
    tab(visit, "Sharing").click();
    visit.says("An admin of the community research can share it there");
  }
}
