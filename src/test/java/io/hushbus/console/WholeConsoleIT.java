package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.hushbus.faults.Wire;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every view of the console, whichever there are. */
final class WholeConsoleIT {

  /** The page tries again within fifteen seconds, however long the line was cut. */
  private static final double AFTER_A_CUT_MS = 30_000;

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  private static @Nullable Inhabited inhabited;
  private static int next;

  @BeforeAll
  static void fill() {
    inhabited = new Inhabited(WORLD);
  }

  @AfterAll
  static void end() {
    if (inhabited != null) {
      inhabited.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ADMIN", "OPERATOR"})
  void every_view_is_accessible_in_both_themes_and_widths_and_shows_no_value(Role role) {
    List<String> wrong = new ArrayList<>();
    Set<String> places =
        new Tour(WORLD.visit(role)).everywhere(visit -> wrong.addAll(faults(visit)));
    System.out.println("pages looked at as " + role + ": " + places);
    assertThat(wrong).isEmpty();
    assertThat(places).hasSizeGreaterThan(role == Role.ADMIN ? 8 : 1);
  }

  private static List<String> faults(Visit visit) {
    List<String> wrong = new ArrayList<>(visit.witness().sightings(visit.page()));
    visit
        .page()
        .locator("main#main")
        .getByRole(AriaRole.ALERT)
        .allInnerTexts()
        .forEach(text -> wrong.add(visit.page().url() + " says " + text));
    for (Look look : looks()) {
      show(visit.page(), look);
      String where = visit.page().url() + " in " + look.word() + ": ";
      Axe.violations(visit.page()).forEach(one -> wrong.add(where + one));
      if ((boolean)
          visit.page().evaluate("() => document.documentElement.scrollWidth > innerWidth")) {
        wrong.add(where + "is wider than the window");
      }
    }
    show(visit.page(), Look.DESK);
    return wrong;
  }

  /**
   * Each page in the next of four looks, so that all are seen; in all of them if that is asked for.
   */
  private static List<Look> looks() {
    List<Look> all = List.of(Look.DESK, Look.HAND_DARK, Look.DESK_DARK, Look.HAND);
    return Boolean.getBoolean("looks.all") ? all : List.of(all.get(next++ % all.size()));
  }

  private static void show(Page page, Look look) {
    page.setViewportSize(look.width(), look.height());
    page.emulateMedia(
        new Page.EmulateMediaOptions()
            .setColorScheme(look.dark() ? ColorScheme.DARK : ColorScheme.LIGHT));
  }

  @ParameterizedTest
  @EnumSource(names = {"VIEWER", "AUDITOR"})
  void no_view_asks_for_what_its_reader_may_not_see(Role role) {
    List<String> wrong = new ArrayList<>();
    new Tour(WORLD.visit(role))
        .everywhere(
            visit ->
                visit
                    .page()
                    .locator("main#main")
                    .getByRole(AriaRole.ALERT)
                    .allInnerTexts()
                    .forEach(text -> wrong.add(visit.page().url() + " says " + text)));
    assertThat(wrong).isEmpty();
  }

  @Test
  void a_line_that_is_cut_is_told_and_what_happened_meanwhile_is_shown_when_it_is_back() {
    URI broker = URI.create(WORLD.node().address());
    try (Wire wire = new Wire(broker.getHost(), broker.getPort())) {
      Visit visit = WORLD.visit(Look.DESK, "http://127.0.0.1:" + wire.port()).mayBeCutOff();
      visit.signIn(WORLD.key(Role.ADMIN)).move("#/secrets?project=demo").view("Secrets");
      visit.says("Live").says("gcs-key");
      wire.absent(true);
      visit.says("Reconnecting").says("gcs-key").isAccessible();
      WORLD
          .as(Role.DEVELOPER)
          .post(
              "/secrets?project=demo",
              new JsonObject()
                  .put("name", "made-meanwhile")
                  .put("type", "text")
                  .put("value", Canary.value()))
          .expect(201);
      wire.absent(false);
      assertThat(visit.link("made-meanwhile"))
          .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(AFTER_A_CUT_MS));
      visit.says("Live");
    }
  }

  @Test
  void a_broker_that_is_away_is_told_where_one_signs_in() {
    URI broker = URI.create(WORLD.node().address());
    try (Wire wire = new Wire(broker.getHost(), broker.getPort())) {
      Visit visit = WORLD.visit(Look.DESK, "http://127.0.0.1:" + wire.port()).mayBeCutOff();
      wire.absent(true);
      visit.tryKey(WORLD.key(Role.ADMIN)).says("The broker could not be reached").isAccessible();
      wire.absent(false);
      visit.signIn(WORLD.key(Role.ADMIN));
    }
  }

  @Test
  void a_right_that_is_lost_meanwhile_is_explained() {
    String account =
        WORLD
            .as(Role.ADMIN)
            .post("/service-accounts", new JsonObject().put("name", "leaving"))
            .expect(201)
            .json()
            .getString("id");
    WORLD
        .as(Role.ADMIN)
        .post(
            "/role-bindings",
            new JsonObject().put("service_account", account).put("role", "viewer"))
        .expect(201);
    String key =
        WORLD
            .as(Role.ADMIN)
            .post("/service-accounts/" + account + "/keys", new JsonObject())
            .expect(201)
            .json()
            .getString("key");
    Visit visit = WORLD.visit().mayAnswer(401, 403, 404).signIn(key);
    visit.go("Secrets");
    WORLD.as(Role.ADMIN).delete("/service-accounts/" + account).expect(204);
    visit.move("#/secrets?project=demo&domain=production");
    visit.says("Your sign-in has ended").isAccessible();
  }

  @Test
  void the_page_runs_nothing_but_its_own_modules() {
    Visit visit = WORLD.visit();
    visit.mayLog("Trusted", "Content Security Policy", "policy: ");
    assertThat(
            (String)
                visit
                    .page()
                    .evaluate(
                        """
                        () => {
                          const tries = {
                            script: () => {
                              const one = document.createElement('script');
                              one.textContent = 'globalThis.ran = true';
                              document.head.append(one);
                            },
                            markup: () => { document.body.innerHTML = '<img src=x onerror="ran = true">'; },
                            timer: () => setTimeout('globalThis.ran = true'),
                          };
                          const passed = [];
                          for (const [name, act] of Object.entries(tries)) {
                            try { act(); passed.push(name); } catch { /* refused, as it should be */ }
                          }
                          return passed.join() + (globalThis.ran ? ' ran' : '');
                        }
                        """))
        .isEmpty();
    visit.open("/").signIn(WORLD.key(Role.ADMIN));
  }
}
