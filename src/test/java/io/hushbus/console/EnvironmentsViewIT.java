package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tasks need, and what becomes of it, as it is seen and changed in the console. */
final class EnvironmentsViewIT {

  private static final String DEMO = "?project=demo";
  private static final String DEVELOPMENT = "?project=demo&domain=development";

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  @BeforeAll
  static void two_secrets_of_one_name_and_one_with_keys() {
    secret("", text("db-password"));
    secret(DEMO, text("db-password"));
    JsonObject data = new JsonObject().put("USER", Canary.value()).put("PASSWORD", Canary.value());
    secret(
        DEVELOPMENT,
        new JsonObject().put("name", "login").put("type", "key_value").put("data", data));
  }

  @Test
  void an_environment_is_made_by_choosing_what_arrives_where() {
    Visit visit = WORLD.visit(Role.DEVELOPER).move("#/environments" + DEMO).view("Environments");
    visit.link("Create an environment").first().click();
    visit.view("Create an environment").field("Name").fill("train");
    Locator first = need(visit, 1);
    in(first, "Name of the secret").fill("db-password");
    in(first, "Arrives as").selectOption("variable");
    in(first, "Name of the variable").fill("DB_PASSWORD");
    in(first, "When its value changes").selectOption("restart");
    visit.button("Add a secret").click();
    Locator second = need(visit, 2);
    in(second, "Name of the secret").fill("login");
    in(second, "Key (optional)").fill("PASSWORD");
    in(second, "Arrives as").selectOption("file");
    in(second, "When its value changes").selectOption("signal");
    in(second, "Within what time (optional)").fill("30s");
    visit.isAccessible().button("Create").click();

    visit.view("train").isAccessible();
    Locator needs = visit.page().getByRole(AriaRole.TABLE, table("Needs"));
    assertThat(needs).containsText("variable DB_PASSWORD");
    assertThat(needs).containsText("the file changes, then HUP within 30s");
    JsonArray stored =
        WORLD.as(Role.ADMIN).get("/environments/train" + DEMO).json().getJsonArray("secrets");
    assertThat(stored.getJsonObject(1).getString("reload")).isEqualTo("signal:HUP");
    assertThat(stored.getJsonObject(0).getString("as_env_var")).isEqualTo("DB_PASSWORD");
  }

  @Test
  void explain_says_from_where_and_what_is_missing_and_follows_what_happens() {
    environment(
        "explained", need("db-password"), need("login").put("key", "PASSWORD"), need("later"));
    Visit visit =
        WORLD.visit(Role.VIEWER).move("#/environments/explained" + DEMO).view("explained");
    Locator fate = visit.page().getByRole(AriaRole.TABLE, table("What becomes of each need"));
    visit.says("A task would not start").says("2 of 3 needs cannot be met");
    assertThat(fate).containsText("hides the one of organization");
    visit.page().getByLabel("Domain of the task").selectOption("development");
    visit.says("1 of 3 needs cannot be met");
    assertThat(fate).containsText("demo / development, version 1");
    secret(DEMO, text("later"));
    visit.says("A task would start with all that it needs").isAccessible();
  }

  @Test
  void what_is_typed_is_explained_before_it_is_kept() {
    Visit visit = WORLD.visit(Role.DEVELOPER).move("#/environments/new" + DEVELOPMENT);
    visit.view("Create an environment");
    in(need(visit, 1), "Name of the secret").fill("login");
    in(need(visit, 1), "Key").selectOption("USER");
    visit.button("Explain what is typed").click();
    visit.says("A task would start with all that it needs").isAccessible();
  }

  @Test
  void two_needs_of_one_variable_are_refused_where_they_are() {
    Visit visit = WORLD.visit(Role.DEVELOPER).mayAnswer(400);
    visit
        .move("#/environments/new" + DEMO)
        .view("Create an environment")
        .field("Name")
        .fill("clashing");
    visit.button("Add a secret").click();
    for (int i : new int[] {1, 2}) {
      in(need(visit, i), "Name of the secret").fill("db-password");
      in(need(visit, i), "Arrives as").selectOption("variable");
      in(need(visit, i), "Name of the variable").fill("THE_SAME");
    }
    visit.button("Create").click();
    assertThat(in(need(visit, 2), "Name of the variable")).hasAttribute("aria-invalid", "true");
    visit.says("This name is there twice.");
    in(need(visit, 2), "Name of the variable").fill("not a name");
    visit.button("Create").click();
    assertThat(in(need(visit, 2), "Name of the variable")).hasAttribute("aria-invalid", "true");
    visit.isAccessible();
  }

  @Test
  void what_somebody_else_has_changed_meanwhile_is_not_lost() {
    environment("shared", need("db-password"));
    Visit visit = WORLD.visit(Role.DEVELOPER).mayAnswer(412);
    visit.move("#/environments/shared" + DEMO).view("shared").link("Change").click();
    visit.field("What is it for? (optional)").fill("Mine");
    environment("shared", need("db-password"), need("login"));
    visit.button("Save").click();
    visit.says("Somebody else has changed it meanwhile").isAccessible();
    visit.button("Put mine in its place at the next save").click();
    assertThat(visit.button("Put mine in its place at the next save")).hasCount(0);
    visit.button("Save").click();
    visit.view("shared").says("Mine");
  }

  @Test
  void a_viewer_changes_nothing_and_a_developer_deletes() {
    environment("short-lived", need("db-password"));
    Visit viewer = WORLD.visit(Role.VIEWER).go("Environments").says("No environment here");
    viewer.isAccessible().move("#/environments" + DEMO);
    assertThat(viewer.link("Create an environment")).hasCount(0);
    viewer.link("short-lived").click();
    viewer.view("short-lived");
    assertThat(viewer.link("Change")).hasCount(0);
    assertThat(viewer.button("Delete")).hasCount(0);

    Visit visit = WORLD.visit(Role.DEVELOPER).move("#/environments/short-lived" + DEMO);
    visit.button("Delete").click();
    visit.button("Delete environment").click();
    visit.view("Environments");
    assertThat(visit.link("short-lived")).hasCount(0);
  }

  @Test
  void what_the_variables_will_be_called_is_said_while_one_types_and_is_so() {
    Visit visit = WORLD.visit(Role.DEVELOPER).move("#/environments/new" + DEVELOPMENT);
    visit.view("Create an environment").field("Name").fill("named");
    Locator need = need(visit, 1);
    in(need, "Name of the secret").fill("login");
    assertThat(need).containsText("gives PASSWORD, USER");
    in(need, "Arrives as").selectOption("prefix");
    in(need, "They begin with").fill("LOGIN_");
    assertThat(need).containsText("gives LOGIN_PASSWORD, LOGIN_USER");
    in(need, "Arrives as").selectOption("variable");
    assertThat(need).containsText("choose a key, or another way to arrive");
    in(need, "Arrives as").selectOption("file");
    assertThat(need).containsText("gives /etc/secrets/login/PASSWORD, /etc/secrets/login/USER");
    in(need, "Arrives as").selectOption("prefix");
    visit.button("Add a secret").click();
    in(need(visit, 2), "Name of the secret").fill("db-password");
    assertThat(need(visit, 2)).containsText("gives db-password, DB_PASSWORD");
    visit.isAccessible().button("Create").click();

    visit.view("named");
    assertThat(visit.page().getByRole(AriaRole.TABLE, table("Needs")))
        .containsText("gives LOGIN_PASSWORD, LOGIN_USER");
    Locator fate = visit.page().getByRole(AriaRole.TABLE, table("What becomes of each need"));
    for (String name : List.of("LOGIN_PASSWORD", "LOGIN_USER", "db-password", "DB_PASSWORD")) {
      assertThat(fate.getByText(name, new Locator.GetByTextOptions().setExact(true)).last())
          .isVisible();
    }
  }

  /** The fields of one secret that the environment needs. */
  private static Locator need(Visit visit, int which) {
    return visit
        .page()
        .getByRole(
            AriaRole.GROUP, new Page.GetByRoleOptions().setName("Secret " + which).setExact(true));
  }

  private static Locator in(Locator need, String label) {
    return need.getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
  }

  private static void environment(String name, JsonObject... needs) {
    WORLD
        .as(Role.ADMIN)
        .put(
            "/environments/" + name + DEMO,
            new JsonObject().put("secrets", new JsonArray(List.of(needs))));
  }

  private static JsonObject need(String secret) {
    return new JsonObject().put("secret", secret);
  }

  private static JsonObject text(String name) {
    return new JsonObject().put("name", name).put("type", "text").put("value", Canary.value());
  }

  private static void secret(String scope, JsonObject body) {
    WORLD.as(Role.ADMIN).post("/secrets" + scope, body).expect(201);
  }

  private static Page.GetByRoleOptions table(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
