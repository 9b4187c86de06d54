package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Secrets as they are looked for, and typed once. */
final class SecretsViewIT {

  private static final String IN_DEMO = "?project=demo";
  private static final String NEW = "#/secrets/-/create" + IN_DEMO;

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  private static void secret(String place, String name, JsonObject more) {
    JsonObject body = new JsonObject().put("name", name).put("type", "text");
    WORLD
        .as(Role.ADMIN)
        .post("/secrets" + place, body.put("value", Canary.value()).mergeIn(more))
        .expect(201);
  }

  private static Visit creating() {
    return WORLD.visit(Role.DEVELOPER).move(NEW).view("Create a secret");
  }

  private static void kind(Visit visit, String title) {
    visit.page().getByRole(AriaRole.RADIO, radio(title)).check();
  }

  private static Page.GetByRoleOptions radio(String title) {
    return new Page.GetByRoleOptions().setName(Pattern.compile("^" + title));
  }

  private static Visit created(Visit visit, String name) {
    visit.button("Create").click();
    return visit.view(name).showsNoValue();
  }

  /** What a program gets of it. */
  private static JsonObject leased(String name) {
    JsonArray wanted = new JsonArray().add(new JsonObject().put("secret", name));
    return WORLD
        .as(Role.RUNNER)
        .post("/leases", new JsonObject().put("project", "demo").put("secrets", wanted))
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0);
  }

  private static Locator rows(Visit visit) {
    return visit
        .page()
        .getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Secrets"))
        .locator("tbody tr");
  }

  @Test
  void a_text_is_typed_once_and_then_seen_nowhere() {
    String value = Canary.value();
    Visit visit = WORLD.visit(Role.DEVELOPER).go("Secrets").move("#/secrets" + IN_DEMO);
    visit.link("Create a secret").click();
    visit.view("Create a secret").field("Name").fill("9 lives!");
    visit.says("first a letter").isAccessible();
    visit.button("Take lives").click();
    assertThat(visit.field("Name")).hasValue("lives");
    visit.field("Value").fill(value);
    visit.field("Labels").fill("team=vision");
    visit.field("Labels").press("Enter");
    visit.field("Labels").fill("still-typed=yes");
    created(visit, "lives").says("team=vision").says("still-typed=yes").isAccessible();
    assertThat(leased("lives").getJsonObject("data").getString("value")).isEqualTo(value);
  }

  @Test
  void the_keyboard_is_enough() {
    Visit visit = creating();
    visit.field("Name").focus();
    visit.page().keyboard().type("by-keys");
    for (String key : new String[] {"Tab", "Tab", "Tab", "Tab"}) {
      visit.page().keyboard().press(key);
    }
    assertThat(visit.field("Value")).isFocused();
    visit.page().keyboard().type(Canary.value());
    visit.field("Name").press("Enter");
    visit.view("by-keys");
  }

  @Test
  void pasted_lines_become_pairs() {
    String password = Canary.value();
    Visit visit = creating();
    visit.field("Name").fill("pasted");
    kind(visit, "Keys and values");
    visit.button("Create").click();
    visit.says("Give at least one key and its value.");
    String lines = "# the warehouse\nexport USER=app # who\nPASSWORD='" + password + "'\n";
    visit.page().evaluate("text => navigator.clipboard.writeText(text)", lines);
    visit.field("Key 1").press("ControlOrMeta+V");
    assertThat(visit.field("Key 2")).hasValue("PASSWORD");
    visit.page().evaluate("() => navigator.clipboard.writeText('')");
    visit.isAccessible();
    created(visit, "pasted").says("USER");
    JsonObject data = leased("pasted").getJsonObject("data");
    assertThat(data.getString("USER")).isEqualTo("app");
    assertThat(data.getString("PASSWORD")).isEqualTo(password);
  }

  @Test
  void a_document_is_checked_as_it_is_typed_and_never_repeated() {
    String value = Canary.value();
    Visit visit = creating();
    visit.field("Name").fill("document");
    kind(visit, "JSON");
    visit.field("Document").fill("{\n  \"key\": \"" + value + "\",\n}");
    visit.says("Line 3, column 1: A name in double quotes is missing");
    visit.button("Create").click();
    assertThat(visit.field("Document")).isFocused();
    visit.field("Document").fill("{\n  \"key\": \"" + value + "\"\n}");
    visit.says("This is good JSON.").isAccessible();
    created(visit, "document");
    assertThat(leased("document").getJsonObject("data").getString("value"))
        .isEqualTo("{\n  \"key\": \"" + value + "\"\n}");
  }

  @Test
  void a_file_is_kept_by_what_it_is() {
    String value = Canary.value();
    Visit visit = creating();
    visit.field("Name").fill("certificate");
    visit
        .page()
        .locator("input[type=file]")
        .setInputFiles(new FilePayload("my key.pem", "x/pem", value.getBytes(UTF_8)));
    assertThat(visit.page().getByRole(AriaRole.RADIO, radio("File"))).isChecked();
    assertThat(visit.field("Name of the file where it is used")).hasValue("my-key.pem");
    created(visit, "certificate").says("my-key.pem");
    assertThat(leased("certificate").getJsonObject("data").getString("my-key.pem"))
        .isEqualTo(value);
  }

  @Test
  void logins_of_a_registry_are_a_form() {
    String password = Canary.value();
    Visit visit = creating();
    visit.field("Name").fill("registry");
    kind(visit, "Image registry");
    visit.button("Create").click();
    visit.says("A host such as ghcr.io");
    assertThat(visit.field("Host")).isFocused();
    visit.field("Host").fill("ghcr.io");
    visit.field("User").fill("robot");
    visit.field("Password or access token").fill(password);
    visit.isAccessible();
    created(visit, "registry");
    String config = leased("registry").getJsonObject("data").getString("value");
    JsonObject login = new JsonObject(config).getJsonObject("auths").getJsonObject("ghcr.io");
    assertThat(login.getString("password")).isEqualTo(password);
  }

  @Test
  void what_the_broker_refuses_is_told_at_its_field() {
    Visit visit = creating().mayAnswer(400);
    visit.field("Name").fill("too-large");
    visit.field("Value").fill("x".repeat(70_000));
    visit.button("Create").click();
    visit.says("The values of the version are together over the limit");
    assertThat(visit.field("Value")).hasAttribute("aria-invalid", "true");
    visit.field("Value").fill("");
  }

  @Test
  void a_name_that_is_taken_or_would_hide_another_is_told_while_typing() {
    secret(IN_DEMO, "taken", new JsonObject());
    secret("", "wider", new JsonObject());
    Visit visit = creating();
    visit.field("Name").fill("taken");
    visit.says("There is one of this name in demo.").isAccessible();
    visit.field("Name").fill("wider");
    visit.says("There is a wider in the organization; in demo the new one will hide it.");
  }

  @Test
  void secrets_are_found_by_name_label_and_key_as_one_types() {
    secret(IN_DEMO + "&domain=development", "found-one", new JsonObject());
    secret(
        IN_DEMO + "&domain=development",
        "by-label",
        new JsonObject().put("labels", new JsonObject().put("owner", "needle")));
    Visit visit = WORLD.visit(Role.VIEWER).move("#/secrets" + IN_DEMO + "&domain=development");
    assertThat(rows(visit)).hasCount(2);
    Locator search = visit.field("Search names, labels and keys");
    search.pressSequentially("needle");
    assertThat(rows(visit)).hasCount(1);
    assertThat(rows(visit)).containsText("by-label");
    search.fill("found");
    assertThat(rows(visit)).containsText("found-one");
    search.fill("neither");
    visit.says("Nothing matches").isAccessible();
    visit.button("Show all").click();
    assertThat(rows(visit)).hasCount(2);
    visit.button("owner=needle").click();
    assertThat(rows(visit)).hasCount(1);
    assertThat(visit.page()).hasURL(Pattern.compile(".*label=owner%3Dneedle.*"));
    visit.button("No longer only with the label owner=needle").click();
    visit.field("Type").selectOption("json");
    visit.says("Nothing matches");
  }

  @Test
  void what_hides_what_is_seen_with_the_inherited() {
    secret("", "cascade", new JsonObject());
    secret(IN_DEMO, "cascade", new JsonObject());
    secret(IN_DEMO + "&domain=staging", "cascade", new JsonObject());
    Visit visit =
        WORLD
            .visit(Role.DEVELOPER)
            .move("#/secrets" + IN_DEMO + "&domain=staging&inherited=1&q=cascade");
    assertThat(rows(visit)).hasCount(1);
    assertThat(rows(visit)).containsText("hides that of demo and the organization");
    visit.isAccessible().link("cascade").click();
    visit.view("cascade").says("In demo / staging.");
  }

  @Test
  void what_got_no_answer_is_not_done_twice_by_a_second_click() {
    Visit visit = creating().mayBeCutOff();
    visit.field("Name").fill("only-once");
    visit.field("Value").fill(Canary.value());
    visit
        .page()
        .route(
            "**/api/v1/secrets?project=demo",
            route -> {
              route.fetch();
              route.abort();
            });
    visit.button("Create").click();
    visit.says("The broker could not be reached");
    visit.page().unroute("**/api/v1/secrets?project=demo");
    created(visit, "only-once");
    assertThat(leased("only-once").getInteger("version")).isEqualTo(1);
  }

  @Test
  void what_is_half_typed_is_not_left_without_a_question() {
    Visit visit = creating();
    visit.field("Name").fill("half-typed");
    visit.field("Value").fill(Canary.value());
    visit.page().goBack();
    visit.button("Stay here").click();
    visit.link("Overview").click();
    visit.says("Leave what you have typed?").isAccessible().button("Stay here").click();
    assertThat(visit.field("Name")).hasValue("half-typed");
    assertThat(visit.page()).hasURL(Pattern.compile(".*#/secrets/-/create.*"));
    assertThat(asksBeforeUnloading(visit)).isTrue();
    visit.button("Sign out").click();
    visit.button("Stay here").click();
    visit.link("Overview").click();
    visit.button("Leave").click();
    visit.view("Overview").showsNoValue();
    assertThat(asksBeforeUnloading(visit)).isFalse();
  }

  private static boolean asksBeforeUnloading(Visit visit) {
    return (boolean)
        visit
            .page()
            .evaluate("() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))");
  }

  @Test
  void a_long_list_comes_in_pages() {
    JsonArray all = new JsonArray();
    IntStream.range(100, 190)
        .mapToObj(i -> new JsonObject().put("name", "many-" + i).put("project", "demo"))
        .forEach(one -> all.add(one.put("type", "text").put("value", Canary.value())));
    WORLD.as(Role.DEVELOPER).post("/secrets/bulk", new JsonObject().put("write", all)).expect(200);
    Visit visit = WORLD.visit(Role.DEVELOPER).move("#/secrets" + IN_DEMO + "&q=many-");
    assertThat(rows(visit)).hasCount(50);
    visit.says("50 shown").button("Show more").click();
    assertThat(rows(visit)).hasCount(90);
  }

  @Test
  void who_only_looks_is_offered_no_change() {
    Visit visit = WORLD.visit(Role.VIEWER).move("#/secrets" + IN_DEMO + "&domain=production");
    visit.says("No secrets here yet").isAccessible();
    assertThat(visit.link("Create a secret")).hasCount(0);
    assertThat(visit.link("Trash")).hasCount(0);
    visit.move(NEW).view("Your roles do not create secrets here");
  }

  @Test
  void without_a_project_the_way_to_one_is_shown() {
    Visit visit = WORLD.visit(Look.HAND).signIn(WORLD.key(Role.VIEWER)).move("#/secrets?q=");
    visit.view("Secrets").isAccessible().page().getByLabel("Project").selectOption("demo");
    assertThat(visit.page()).hasURL(Pattern.compile(".*#/secrets\\?project=demo.*"));
  }
}
