package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.hushbus.support.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The console over 5,000 secrets and 10,000 leases: it asks for pages, keeps the page small, and
 * does not hold the browser. Prints what it measures; what is asserted does not depend on how busy
 * the machine is. Run by {@code -Dmany=true}, as it takes a minute to make so much.
 */
final class ManyThingsIT {

  private static final int SECRETS = 5_000;
  private static final int LEASES = 10_000;
  private static final int AT_ONCE = 50;
  private static final int TRIES = 20;
  private static final int UNAVAILABLE = 503;
  private static final int IN_ONE_LEASE = 50;
  private static final int MOST_NODES = 4_000;
  private static final int MOST_BYTES = 1_500_000;

  private static final String WATCH =
      """
      globalThis.heldMs = [];
      new PerformanceObserver(list => list.getEntries().forEach(one => heldMs.push(Math.round(one.duration))))
        .observe({ type: 'longtask', buffered: true });
      """;

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  @BeforeAll
  static void fill() {
    Assumptions.assumeTrue(Boolean.getBoolean("many"), "left out: run with -Dmany=true");
    Client developer = WORLD.as(Role.DEVELOPER);
    Client runner = WORLD.as(Role.RUNNER);
    for (int i = 0; i < SECRETS / AT_ONCE; i++) {
      done(developer, "/secrets/bulk", secrets(i), 200);
    }
    for (int i = 0; i < LEASES / IN_ONE_LEASE; i++) {
      done(runner, "/leases", leases(i), 201);
    }
  }

  /** A busy machine says 503, and is asked again. */
  private static void done(Client client, String path, JsonObject body, int wanted) {
    for (int i = 0; i < TRIES; i++) {
      Client.Answer answer = client.post(path, body);
      if (answer.status() != UNAVAILABLE) {
        answer.expect(wanted);
        return;
      }
    }
    throw new AssertionError("busy all the time: " + path);
  }

  private static JsonObject secrets(int batch) {
    JsonArray all = new JsonArray();
    for (int i = 0; i < AT_ONCE; i++) {
      all.add(
          new JsonObject()
              .put("name", name(batch * AT_ONCE + i))
              .put("project", "demo")
              .put("type", "text")
              .put("value", "v"));
    }
    return new JsonObject().put("write", all);
  }

  private static JsonObject leases(int batch) {
    JsonArray all = new JsonArray();
    for (int i = 0; i < IN_ONE_LEASE; i++) {
      all.add(new JsonObject().put("secret", name((batch * IN_ONE_LEASE + i) % SECRETS)));
    }
    return new JsonObject().put("project", "demo").put("secrets", all);
  }

  private static String name(int number) {
    return "secret-%05d".formatted(number);
  }

  @Test
  void lists_stay_small_and_smooth() {
    Visit visit = WORLD.visit();
    visit.page().addInitScript(WATCH);
    visit.open("/").signIn(WORLD.key(Role.ADMIN));
    System.out.println("first paint after " + painted(visit.page()) + " ms");
    for (String place :
        List.of(
            "#/overview",
            "#/secrets?project=demo",
            "#/rotations?project=demo",
            "#/runs?show=leases&project=demo",
            "#/audit",
            "#/secrets/" + name(17) + "/use?project=demo")) {
      look(visit, place);
    }
    search(visit);
    verify(visit);
  }

  private static void look(Visit visit, String place) {
    forget(visit.page());
    long began = System.nanoTime();
    Tour.arrive(visit, place);
    tell(visit, place, began);
  }

  /** The chain of all that was done, computed again in the browser. */
  private static void verify(Visit visit) {
    Tour.arrive(visit, "#/audit/chain");
    forget(visit.page());
    long began = System.nanoTime();
    visit.button("Verify the chain").click();
    assertThat(visit.page().getByText(Pattern.compile("^Whole until record [0-9,]+$")))
        .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(60_000));
    System.out.printf(
        "verified after %d ms; long tasks %s ms%n",
        (System.nanoTime() - began) / 1_000_000, visit.page().evaluate("() => heldMs"));
  }

  /** As one types, in the longest list. */
  private static void search(Visit visit) {
    Tour.arrive(visit, "#/secrets?project=demo");
    forget(visit.page());
    long began = System.nanoTime();
    visit.page().getByRole(AriaRole.SEARCHBOX).pressSequentially("secret-0421");
    assertThat(visit.link("secret-04210")).isVisible();
    assertThat(visit.link(name(0))).hasCount(0);
    tell(visit, "search", began);
  }

  private static void forget(Page page) {
    page.evaluate("() => { heldMs.length = 0; performance.clearResourceTimings(); }");
  }

  private static void tell(Visit visit, String what, long began) {
    Page page = visit.page();
    int nodes = (int) page.evaluate("() => document.querySelectorAll('*').length");
    int bytes =
        ((Number)
                page.evaluate(
                    "() => performance.getEntriesByType('resource')"
                        + ".reduce((sum, one) => sum + one.decodedBodySize, 0)"))
            .intValue();
    System.out.printf(
        "%s: there after %d ms; long tasks %s ms; %d elements, %d bytes asked for%n",
        what, (System.nanoTime() - began) / 1_000_000, page.evaluate("() => heldMs"), nodes, bytes);
    assertThat(nodes).as(what).isLessThan(MOST_NODES);
    assertThat(bytes).as(what).isLessThan(MOST_BYTES);
  }

  private static Object painted(Page page) {
    return page.evaluate(
        "() => Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime)");
  }
}
