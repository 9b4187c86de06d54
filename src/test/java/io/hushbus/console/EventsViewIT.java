package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.hushbus.support.HookServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens, as the console tells it, and the endpoints that are told of it. */
final class EventsViewIT {

  private static final Vertx VERTX = Vertx.vertx();

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  @SuppressWarnings("NullAway.Init")
  private static HookServer hook;

  @BeforeAll
  static void listen() {
    hook = new HookServer(VERTX);
  }

  @AfterAll
  static void close() {
    hook.close();
    VERTX.close().await();
  }

  @Test
  void what_happens_appears_by_itself_and_is_opened_and_filtered() {
    secret("before-it");
    Visit visit = WORLD.visit(Role.VIEWER).go("Events and webhooks");
    Locator events = visit.page().getByRole(AriaRole.LIST, list("Events"));
    assertThat(events).containsText("before-it, version 1");
    secret("while-it");
    Locator newest = events.getByRole(AriaRole.LISTITEM).first();
    assertThat(newest).containsText("while-it, version 1");

    newest.locator("summary").press("Enter");
    assertThat(newest).containsText("io.hushbus.secret.created.v1");
    visit.isAccessible();
    visit.field("Search names and ids").fill("before");
    assertThat(events.getByRole(AriaRole.LISTITEM)).hasCount(1);
    visit.field("Kind of event").selectOption("rotation");
    visit.says("Nothing of this kind");
    assertThat(visit.page()).hasURL(Pattern.compile(".*kind=rotation.*"));
  }

  @Test
  void the_newest_come_first_and_older_ones_are_asked_for() {
    for (int batch = 0; batch < 2; batch++) {
      JsonArray all = new JsonArray();
      for (int i = 0; i < 30; i++) {
        all.add(
            new JsonObject()
                .put("name", "many-%02d".formatted(batch * 30 + i))
                .put("project", "demo")
                .put("type", "text")
                .put("value", Canary.value()));
      }
      WORLD.as(Role.ADMIN).post("/secrets/bulk", new JsonObject().put("write", all)).expect(200);
    }
    Visit visit = WORLD.visit(Role.VIEWER).go("Events and webhooks");
    Locator events =
        visit.page().getByRole(AriaRole.LIST, list("Events")).getByRole(AriaRole.LISTITEM);
    assertThat(events).hasCount(50);
    assertThat(events.first()).containsText("many-59, version 1");
    visit.isAccessible().button("Show older").click();
    visit.says("many-00, version 1");
  }

  @Test
  void a_secret_and_a_run_lead_to_what_was_told_of_them() {
    secret("told-of");
    secret("not-told-of");
    try (Runners runners = new Runners(WORLD.node().address(), WORLD.key(Role.RUNNER))) {
      runners.holding("told", "told-of");
      Visit visit = WORLD.visit(Role.EDITOR).move("#/secrets/told-of?project=demo").view("told-of");
      visit.button("More").click();
      visit.page().getByRole(AriaRole.MENUITEM, list("Its events")).click();
      visit.view("Events and webhooks").says("told-of, version 1").isAccessible();
      assertThat(visit.page().getByText("not-told-of")).hasCount(0);
      visit.button("Events of every secret").click();
      visit.says("not-told-of, version 1");

      visit.move("#/runs?project=demo").view("Runs and leases");
      visit.link("told").click();
      visit.view("told").button("Revoke all it holds").click();
      visit.dialog().getByRole(AriaRole.BUTTON, in("Revoke")).click();
      assertThat(visit.dialog()).hasCount(0);
      visit.link("what was told of it").click();
      Locator events = visit.page().getByRole(AriaRole.LIST, list("Events"));
      assertThat(events).containsText("Lease revoked");
      assertThat(events).not().containsText("told-of");
      assertThat(visit.link("told")).isVisible();
    }
  }

  private static Locator.GetByRoleOptions in(String start) {
    return new Locator.GetByRoleOptions().setName(Pattern.compile("^" + start + ".*"));
  }

  @Test
  void while_it_is_paused_nothing_moves_and_nothing_is_lost() {
    secret("at-first");
    Visit visit = WORLD.visit(Role.VIEWER).go("Events and webhooks").says("at-first, version 1");
    assertThat(visit.page().getByRole(AriaRole.BANNER)).containsText("Live");
    visit.button("Pause").click();
    secret("in-the-pause");
    visit.button("Go on (1 new)").click();
    visit.says("in-the-pause, version 1");
  }

  @Test
  void a_webhook_is_made_tried_and_its_key_shown_once() {
    Visit visit = WORLD.visit(Role.EDITOR).mayAnswer(400).move("#/events/webhooks?project=demo");
    visit.says("No webhook yet").isAccessible().button("Create a webhook").first().click();
    assertThat(visit.field("Only of project")).hasValue("demo");
    visit.field("Address").fill("http://192.0.2.1/hook");
    visit.button("Create").click();
    assertThat(visit.field("Address")).hasAttribute("aria-invalid", "true");
    visit.says("Begin it with https://.");
    visit.field("Address").fill(hook.url());
    visit.field("What is it for? (optional)").fill("Trainers");
    visit.page().getByLabel("Rotation started").check();
    visit.isAccessible().button("Create").click();

    Locator key = visit.page().getByLabel("Signing key", label());
    assertThat(key).hasValue(Pattern.compile("whsec_.+"));
    String shown = key.inputValue();
    visit.button("I have stored it").click();
    visit.view(title(hook.url())).says("Trainers").says("Rotation started").isAccessible();
    assertThat(visit.page().content()).doesNotContain(shown);

    visit.button("Send a test").click();
    visit.says("Taken: HTTP 200");
    assertThat(hook.received()).isNotEmpty();
    visit.button("Switch off").click();
    visit.says("Somebody has switched it off.").button("Switch on").click();
    assertThat(visit.button("Switch off")).isVisible();
    visit.button("Roll signing key").click();
    visit.button("Roll key").click();
    assertThat(key).hasValue(Pattern.compile("whsec_.+"));
    assertThat(key.inputValue()).isNotEqualTo(shown);
    visit.button("I have stored it").click();

    visit.button("Delete").click();
    visit.button("Delete webhook").click();
    visit.view("Events and webhooks").says("No webhook yet");
  }

  @Test
  void what_an_endpoint_did_not_take_is_seen_and_sent_again() {
    JsonObject made =
        WORLD
            .as(Role.ADMIN)
            .post("/webhooks", new JsonObject().put("url", hook.url()).put("description", "Moody"))
            .expect(201)
            .json();
    boolean[] refused = {false};
    hook.mood(
        call -> {
          boolean first = !refused[0];
          refused[0] = true;
          return first ? HookServer.status(503) : HookServer.WELL;
        });
    secret("refused-once");
    Visit visit = WORLD.visit(Role.ADMIN);
    visit.move("#/events/webhooks/" + made.getString("id")).view(title(hook.url())).says("Moody");
    Locator deliveries = visit.page().getByRole(AriaRole.TABLE, list("Deliveries"));
    assertThat(deliveries).containsText("Taken", patient());
    int before = hook.received().size();
    visit.isAccessible().page().getByRole(AriaRole.BUTTON, named("Send again")).click();
    visit.says("It will be sent again soon.");
    Awaitility.await().until(() -> hook.received().size() > before);
    WORLD.as(Role.ADMIN).delete("/webhooks/" + made.getString("id")).expect(204);
  }

  @Test
  void a_viewer_sees_events_and_no_webhooks() {
    Visit visit = WORLD.visit(Role.VIEWER).go("Events and webhooks");
    assertThat(visit.link("Webhooks")).hasCount(0);
  }

  private static String title(String url) {
    return "Webhook to " + URI.create(url).getAuthority();
  }

  private static void secret(String name) {
    WORLD
        .as(Role.ADMIN)
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", name).put("type", "text").put("value", Canary.value()))
        .expect(201);
  }

  private static LocatorAssertions.ContainsTextOptions patient() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(20_000);
  }

  private static Page.GetByRoleOptions list(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  private static Page.GetByRoleOptions named(String start) {
    return new Page.GetByRoleOptions().setName(Pattern.compile("^" + start + ".*"));
  }

  private static Page.GetByLabelOptions label() {
    return new Page.GetByLabelOptions().setExact(true);
  }
}
