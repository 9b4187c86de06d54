package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may do what where, as it is seen and changed in the console. */
final class AccessViewIT {

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  @Test
  void an_admin_makes_a_project_and_gives_a_role_in_it() {
    Visit visit = WORLD.visit(Role.ADMIN).go("Access").isAccessible();
    visit.button("Create a project").click();
    visit.field("Name").fill("vision");
    visit.field("What is it for? (optional)").fill("Cameras");
    visit.field("Name").press("Enter");
    visit.view("vision").says("Project vision is created");
    assertThat(visit.page().getByLabel("Project", exact()).locator("option", named("vision")))
        .hasCount(1);

    visit.button("Give a role").first().click();
    visit.field("Who").selectOption("app");
    visit.dialog().getByRole(AriaRole.RADIO, role("Editor")).check();
    visit.isAccessible().button("Give role").click();
    Locator roles = visit.page().getByRole(AriaRole.TABLE, table("Roles in this project"));
    assertThat(roles).containsText("Editor");
    assertThat(roles).containsText("app");

    visit.button("Take away: Editor of app").click();
    visit.button("Take away").click();
    visit.says("No role is given here");
  }

  @Test
  void what_each_role_can_do_is_told_as_the_broker_enforces_it() {
    Visit visit = WORLD.visit(Role.ADMIN).move("#/access/roles").view("Access").isAccessible();
    Locator table = visit.page().getByRole(AriaRole.TABLE, table("What each role can do"));
    List<?> rows = (List<?>) visit.page().evaluate(CAN);
    assertThat(rows).hasSizeGreaterThan(8);
    List<String> roles = table.locator("thead th").allInnerTexts();
    for (int row = 0; row < rows.size(); row++) {
      List<String> cells = table.locator("tbody tr").nth(row).locator("td").allInnerTexts();
      for (int i = 0; i < cells.size(); i++) {
        Role role = Role.valueOf(roles.get(i + 1).strip().toUpperCase(Locale.ROOT));
        List<String> actions = ((List<?>) rows.get(row)).stream().map(String.class::cast).toList();
        assertThat(cells.get(i).strip().replace("–\n", ""))
            .as("%s for %s", role, actions)
            .isEqualTo(extent(role, actions));
      }
    }
  }

  private static final String CAN =
      """
      async () => (await import(
        new URL('views/accesscan.js', document.querySelector('script[type=module]').src).href))
          .CAN.map(([, actions]) => actions)
      """;

  /** As who is bound in that role is told by the broker of itself. */
  private static String extent(Role role, List<String> actions) {
    JsonObject binding =
        WORLD.as(role).get("/auth/whoami").expect(200).json().getJsonArray("bindings").stream()
            .map(JsonObject.class::cast)
            .filter(one -> one.getString("role").equals(role.word()))
            .findFirst()
            .orElseThrow();
    JsonArray all = binding.getJsonArray("actions");
    JsonArray own = binding.getJsonArray("own_actions", new JsonArray());
    if (actions.stream().allMatch(all::contains)) {
      return "yes";
    }
    boolean some = actions.stream().allMatch(one -> all.contains(one) || own.contains(one));
    return some ? "own" : "no";
  }

  @Test
  void who_gets_no_value_is_told_so_before_it_is_missed() {
    Visit visit = WORLD.visit(Role.ADMIN).move("#/access/accounts").view("Access");
    visit.button("Create an account").click();
    visit.field("Name").fill("colleague");
    visit.button("Create").click();
    visit.view("colleague").button("Give a role").first().click();
    visit.field("Where").selectOption("project demo");
    visit.dialog().getByRole(AriaRole.RADIO, role("Developer")).check();
    visit.says("As Developer alone it gets no value").isAccessible();
    visit.dialog().getByRole(AriaRole.RADIO, role("Runner")).check();
    assertThat(visit.page().getByText("alone it gets no value")).hasCount(0);
    visit.dialog().getByRole(AriaRole.RADIO, role("Developer")).check();
    visit.button("Give role").click();
    visit.says("No program gets a value with this account");

    visit.button("Create a key").first().click();
    visit.page().getByText("30 days").click();
    visit.dialog().getByRole(AriaRole.BUTTON, role("Create")).click();
    Locator key = visit.page().getByLabel("Key", exact());
    assertThat(key).hasValue(Pattern.compile("hsb_.*"));
    visit.says("A program gets no value with this account yet").isAccessible();
    Locator letter = visit.page().getByLabel("How to sign in with the key", exact());
    assertThat(letter).containsText("as colleague in acme");
    assertThat(letter).containsText("Open " + WORLD.node().address() + "/");
    assertThat(letter).containsText("Paste the key");
    assertThat(letter).containsText("The key works until ");
    assertThat(letter.innerText()).doesNotContain(key.inputValue());
    visit.button("I have stored it").click();

    visit.button("Give a role").first().click();
    visit.field("Where").selectOption("project demo");
    visit.dialog().getByRole(AriaRole.RADIO, role("Runner")).check();
    visit.button("Give role").click();
    assertThat(visit.page().getByText("No program gets a value with this account")).hasCount(0);
  }

  private static Locator.GetByRoleOptions role(String name) {
    return new Locator.GetByRoleOptions().setName(Pattern.compile("^" + name + "\\b"));
  }

  @Test
  void who_may_look_at_values_is_changed_where_the_project_is() {
    WORLD.as(Role.ADMIN).post("/projects", named("name", "looking")).expect(201);
    Visit visit = WORLD.visit(Role.ADMIN).move("#/access/projects/looking").view("looking");
    visit.button("Change").first().click();
    visit.page().getByText("Developers too").click();
    visit.button("Save").click();
    visit.says("Project looking is changed");
    assertThat(WORLD.as(Role.ADMIN).get("/projects/looking").json().getString("reveal"))
        .isEqualTo("developer");

    visit.button("Change").last().click();
    visit.field("Leases live at a time").fill("many");
    visit.button("Save").click();
    visit.says("A whole number.");
    visit.field("Leases live at a time").fill("25");
    visit.button("Save").click();
    visit.says("for this project alone").isAccessible();
  }

  @Test
  void what_somebody_else_changed_meanwhile_is_not_written_over() {
    JsonObject theirs = named("description", "theirs");
    WORLD.as(Role.ADMIN).post("/projects", named("name", "crowded")).expect(201);
    Visit visit = WORLD.visit(Role.ADMIN).mayAnswer(412).move("#/access/projects/crowded");
    visit.view("crowded").button("Change").first().click();
    visit.field("What is it for?").fill("mine");
    WORLD.as(Role.ADMIN).json("PATCH", "/projects/crowded", theirs).expect(200);
    visit.button("Save").click();
    visit.says("Somebody changed it meanwhile").isAccessible();
    assertThat(WORLD.as(Role.ADMIN).get("/projects/crowded").json().getString("description"))
        .isEqualTo("theirs");
  }

  @Test
  void a_key_is_shown_once_and_works_until_it_is_revoked() {
    Visit visit = WORLD.visit(Role.ADMIN).move("#/access/accounts").view("Access");
    visit.button("Create an account").click();
    visit.field("Name").fill("trainer");
    visit.button("Create").click();
    visit.view("trainer").says("Without a key nobody can sign in as trainer.");

    visit.button("Create a key").first().click();
    visit.page().getByText("30 days").click();
    visit.button("Create").click();
    Locator shown = visit.page().getByLabel("Key", exact());
    assertThat(shown).hasClass(Pattern.compile("veiled"));
    assertThat(shown).hasValue(Pattern.compile("hsb_.*"));
    String key = shown.inputValue();
    visit.isAccessible().button("Copy").first().click();
    assertThat(visit.page().evaluate("() => navigator.clipboard.readText()")).isEqualTo(key);
    assertThat(WORLD.as(key).get("/auth/whoami").status()).isEqualTo(200);
    visit.button("I have stored it").click();
    assertThat(shown).hasCount(0);
    assertThat(visit.page().content()).doesNotContain(key);

    String hint = key.substring(key.length() - 4);
    visit.button("Roll the key that ends with " + hint).click();
    visit.button("Roll key").click();
    assertThat(shown).isFocused();
    assertThat(shown).hasValue(Pattern.compile("hsb_.*"));
    String next = shown.inputValue();
    assertThat(next).startsWith("hsb_").isNotEqualTo(key);
    visit.page().keyboard().press("Escape");
    visit.says("It cannot be shown again");
    assertThat(shown).hasValue(next);
    visit.page().keyboard().press("Escape");
    assertThat(shown).hasCount(0);
    visit.button("Revoke the key that ends with " + hint).click();
    visit.button("Revoke key").click();
    assertThat(visit.page().getByRole(AriaRole.TABLE, table("Keys"))).containsText("Revoked");
    assertThat(WORLD.as(next).get("/auth/whoami").status()).isEqualTo(200);
  }

  @Test
  void a_time_that_is_none_is_told_at_its_field() {
    Visit visit = WORLD.visit(Role.ADMIN).mayAnswer(400, 409).move("#/access/accounts");
    visit.button("Create an account").click();
    visit.field("Name").fill("two words");
    visit.button("Create").click();
    assertThat(visit.field("Name")).hasAttribute("aria-invalid", "true");
    visit.field("Name").fill("runner");
    visit.button("Create").click();
    visit.says("The name is taken.");
    visit.field("Name").fill("patient");
    visit.button("Create").click();
    visit.view("patient").button("Create a key").first().click();
    visit.page().getByText("Another time").click();
    visit.field("Time").fill("soon");
    visit.button("Create").click();
    assertThat(visit.field("Time")).hasAttribute("aria-invalid", "true");
    visit.isAccessible();
  }

  @Test
  void a_community_has_projects_and_is_not_deleted_with_them() {
    WORLD.as(Role.ADMIN).post("/projects", named("name", "speech")).expect(201);
    Visit visit = WORLD.visit(Role.ADMIN).mayAnswer(409).move("#/access/communities");
    visit.button("Create a community").first().click();
    visit.field("Name").fill("senses");
    visit.button("Create").click();
    visit.view("senses").button("Add a project").first().click();
    visit.dialog().getByLabel("Project", in()).selectOption("speech");
    visit.button("Add").click();
    Locator members = visit.page().getByRole(AriaRole.TABLE, table("Projects of senses"));
    assertThat(members).containsText("speech");

    visit.button("Delete").click();
    visit.says("It still has 1 project");
    assertThat(visit.button("Delete community")).isDisabled();
    visit.page().getByLabel("Type senses to go on").fill("senses");
    visit.button("Delete community").click();
    visit.says("It is in use; blockers lists by what.");
    visit.isAccessible().button("Cancel").click();

    visit.button("Take out speech").click();
    visit.button("Take it out").click();
    visit.says("No project is in it").button("Delete").click();
    visit.page().getByLabel("Type senses to go on").fill("senses");
    visit.button("Delete community").click();
    visit.view("Access").says("No community yet");
  }

  @Test
  void a_new_domain_can_be_chosen_at_once() {
    Visit visit = WORLD.visit(Role.ADMIN).move("#/access/domains");
    visit.button("Create a domain").first().click();
    visit.field("Name").fill("trial");
    visit.button("Create").click();
    visit.page().getByLabel("Domain", exact()).selectOption("trial");
    assertThat(visit.page()).hasURL(Pattern.compile(".*domain=trial.*"));
  }

  @Test
  void rules_of_a_provider_are_tried_before_they_count() {
    Visit visit = WORLD.visit(Role.ADMIN).mayAnswer(400).move("#/access/identity/new");
    visit.view("Create an identity provider").isAccessible();
    visit.field("Name").fill("cluster");
    visit.field("Issuer").fill("https://kubernetes.example.com");
    visit.field("Audience").fill("hushbus/acme");
    visit.field("Address of its keys").fill("nowhere");
    visit.field("Claim 1").fill("/kubernetes.io/namespace");
    visit.field("Value of claim 1").fill("training");
    visit.field("Role 1").selectOption("runner");
    visit.field("Where role 1 holds").selectOption("demo");
    Locator claims = visit.field("Claims of somebody, as JSON (optional)");
    claims.fill("{\"kubernetes.io\": {\"namespace\": \"billing\"}}");
    visit.says("Would be refused");
    claims.fill("{\"kubernetes.io\": {\"namespace\": \"training\"}}");
    visit.says("Would be let in");

    visit.button("Create").click();
    assertThat(visit.field("Address of its keys")).hasAttribute("aria-invalid", "true");
    visit.field("Address of its keys").fill("https://kubernetes.example.com/jwks");
    visit.button("Create").click();
    visit.view("cluster").says("in project").isAccessible();

    visit.button("Change rules").click();
    visit.field("Value of claim 1").fill("training-2");
    visit.button("Save rules").click();
    visit.says("training-2").button("End").click();
    visit.page().getByLabel("Type cluster to go on").fill("cluster");
    visit.button("End provider").click();
    visit.view("Access").says("No identity provider yet");
  }

  @Test
  void a_viewer_sees_the_project_and_no_way_to_change_who_has_access() {
    Visit visit = WORLD.visit(Role.VIEWER).go("Access");
    assertThat(visit.button("Create a project")).hasCount(0);
    assertThat(visit.link("Roles")).hasCount(0);
    assertThat(visit.link("Identity providers")).hasCount(0);
    visit.link("demo").click();
    visit.view("demo");
    assertThat(visit.button("Change")).hasCount(0);
    assertThat(visit.button("Give a role")).hasCount(0);
  }

  @Test
  void the_keyboard_is_enough_and_comes_back_to_where_it_was() {
    Visit visit = WORLD.visit(Role.ADMIN).move("#/access/roles").view("Access");
    visit.button("Give a role").first().press("Enter");
    assertThat(visit.dialog()).isVisible();
    visit.page().keyboard().press("Escape");
    assertThat(visit.button("Give a role").first()).isFocused();
  }

  @Test
  void it_is_usable_on_a_telephone_in_the_dark() {
    Visit visit = WORLD.visit(Look.HAND_DARK).signIn(WORLD.key(Role.ADMIN)).go("Access");
    for (String part : new String[] {"projects/demo", "roles", "accounts", "identity/new"}) {
      visit.move("#/access/" + part);
      assertThat(visit.page().locator("main .spin")).hasCount(0);
      visit.isAccessible();
      assertThat(visit.page().evaluate("() => document.documentElement.scrollWidth"))
          .isEqualTo(360);
    }
  }

  private static JsonObject named(String field, String name) {
    return new JsonObject().put(field, name);
  }

  private static Page.GetByLabelOptions exact() {
    return new Page.GetByLabelOptions().setExact(true);
  }

  private static Locator.GetByLabelOptions in() {
    return new Locator.GetByLabelOptions().setExact(true);
  }

  private static Locator.LocatorOptions named(String text) {
    return new Locator.LocatorOptions().setHasText(text);
  }

  private static Page.GetByRoleOptions table(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
