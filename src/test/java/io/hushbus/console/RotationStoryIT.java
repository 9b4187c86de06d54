package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A secret changes under programs that run, and somebody watches it in the console. */
final class RotationStoryIT {

  private static final String IN_DEMO = "?project=demo";
  private static final Pattern UNDER_WAY = Pattern.compile(".*#/rotations/[0-9a-f-]{36}.*");

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  private static int number;

  private final List<Runners> running = new ArrayList<>();

  @AfterEach
  void end() {
    running.forEach(Runners::close);
  }

  private Runners runners() {
    Runners made = new Runners(WORLD.node().address(), WORLD.key(Role.RUNNER));
    running.add(made);
    return made;
  }

  private static String secret() {
    String name = "password-" + ++number;
    JsonObject body = new JsonObject().put("name", name).put("type", "text");
    WORLD
        .as(Role.DEVELOPER)
        .post("/secrets" + IN_DEMO, body.put("value", Canary.value()))
        .expect(201);
    return name;
  }

  private static String rotate(String secret, JsonObject how) {
    JsonObject body = new JsonObject().put("generate", new JsonObject().put("kind", "uuid"));
    return WORLD
        .as(Role.EDITOR)
        .post("/secrets/" + secret + "/rotations" + IN_DEMO, body.mergeIn(how))
        .expect(202)
        .json()
        .getString("id");
  }

  private static Locator cell(Visit visit, String name) {
    return visit
        .page()
        .getByRole(AriaRole.LISTBOX, new Page.GetByRoleOptions().setName(Pattern.compile("^Hold")))
        .getByRole(
            AriaRole.OPTION, new Locator.GetByRoleOptions().setName(Pattern.compile("^" + name)));
  }

  private static void confirm(Visit visit, String action) {
    visit
        .dialog()
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(action).setExact(true))
        .click();
  }

  private static Locator bar(Visit visit) {
    return visit.page().getByRole(AriaRole.PROGRESSBAR);
  }

  private static void stands(Visit visit, int moved, int pending, int failed) {
    assertThat(bar(visit))
        .hasAttribute(
            "aria-valuetext", "%d moved, %d pending, %d failed".formatted(moved, pending, failed));
  }

  private static Locator table(Visit visit, String label) {
    return visit.page().getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName(label));
  }

  @Test
  void a_rotation_is_started_watched_through_a_cut_and_brought_to_its_end() {
    String secret = secret();
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    Runners runners = runners();
    runners.moving("trainer", secret, first);
    runners.moving("serving", secret, second);
    runners.failing("report", secret, "the pool refused it");
    runners.holding("notebook", secret);

    Visit visit = WORLD.visit(Role.ADMIN).mayBeCutOff();
    visit.move("#/rotations/new/" + secret + IN_DEMO).view("Rotate " + secret);
    visit.page().getByLabel("Type or paste it").check();
    visit.field("Value").fill(Canary.value());
    visit.field("Time to move").fill("2h");
    visit.button("Rehearse first").click();
    visit.says("Rehearsal: nothing was changed").says("holders would be told").isAccessible();
    visit.button("Start rotation").click();
    assertThat(visit.page()).hasURL(UNDER_WAY);
    visit.view(secret).showsNoValue();

    stands(visit, 0, 3, 1);
    assertThat(cell(visit, "report")).containsText("the pool refused it");
    assertThat(table(visit, "Holders who could not take the new version")).containsText("report");
    first.countDown();
    stands(visit, 1, 2, 1);
    assertThat(cell(visit, "trainer")).containsText("Moved");
    assertThat(cell(visit, "serving")).containsText("Pending");
    visit.isAccessible();

    visit.context().setOffline(true);
    visit.says("The connection to the broker is cut");
    second.countDown();
    visit.context().setOffline(false);
    stands(visit, 2, 1, 1);
    assertThat(visit.page().getByText("The connection to the broker is cut")).isHidden();
    assertThat(table(visit, "Holders who have not moved yet")).containsText("notebook");

    visit.button("End v1 now").click();
    assertThat(visit.dialog()).containsText("2 holders would be left behind.");
    assertThat(visit.dialog()).containsText("notebook");
    assertThat(visit.dialog()).containsText("the pool refused it");
    visit.isAccessible();
    confirm(visit, "End v1 now");
    visit.says("2 holders left behind");
    assertThat(cell(visit, "notebook")).containsText("Left behind");
    assertThat(cell(visit, "serving")).containsText("Moved");
    visit.isAccessible();
  }

  @Test
  void who_aborts_sees_the_way_back() {
    String secret = secret();
    runners().holding("laptop", secret);
    String rotation = rotate(secret, new JsonObject());

    Visit visit = WORLD.visit(Role.ADMIN).move("#/rotations/" + rotation).view(secret);
    stands(visit, 0, 1, 0);
    visit.button("Abort").click();
    confirm(visit, "Abort and go back");
    assertThat(visit.page()).not().hasURL(Pattern.compile(".*" + rotation + ".*"));
    stands(visit, 1, 0, 0);
    visit.link("an earlier rotation").click();
    visit.says("The value of v1 is current again");
    visit.link("See the way back").click();
    assertThat(visit.page()).not().hasURL(Pattern.compile(".*" + rotation + ".*"));
  }

  @Test
  void the_cells_are_walked_with_the_arrow_keys() {
    String secret = secret();
    Runners runners = runners();
    runners.holding("first", secret);
    runners.holding("second", secret);
    String rotation = rotate(secret, new JsonObject());

    Visit visit = WORLD.visit(Role.VIEWER).move("#/rotations/" + rotation).view(secret);
    Locator cells = visit.page().getByRole(AriaRole.LISTBOX);
    cells.press("ArrowRight");
    assertThat(cell(visit, "first")).hasAttribute("aria-selected", "true");
    cells.press("End");
    assertThat(cell(visit, "second")).hasAttribute("aria-selected", "true");
    assertThat(visit.button("Abort")).hasCount(0);
    assertThat(visit.button("End v1 now")).hasCount(0);
  }

  @Test
  void canaries_go_first_and_the_stages_are_shown() {
    String secret = secret();
    Runners runners = runners();
    runners.holding("canary", secret);
    runners.holding("others", secret);

    Visit visit = WORLD.visit(Role.EDITOR).move("#/rotations/new/" + secret + IN_DEMO);
    visit.view("Rotate " + secret).page().getByLabel("A few first").check();
    visit.field("Then waves of so many of a hundred").fill("50, 10");
    visit.button("Start rotation").click();
    visit.says("Growing numbers from 1 to 99");
    visit.field("Then waves of so many of a hundred").fill("50");
    visit.page().getByLabel("canary").check();
    visit.button("Start rotation").click();
    assertThat(visit.page()).hasURL(UNDER_WAY);
    assertThat(
            visit
                .page()
                .getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName("Stages"))
                .locator("[aria-current=step]"))
        .containsText("Canaries");
    visit.says("the time to move begins when everybody is told").isAccessible();
  }

  @Test
  void what_the_broker_refuses_stands_at_its_field() {
    String secret = secret();
    Visit visit = WORLD.visit(Role.EDITOR).mayAnswer(422, 400);
    visit.move("#/rotations/new/" + secret + IN_DEMO).view("Rotate " + secret);
    visit.field("Characters").fill("9999");
    visit.button("Start rotation").click();
    assertThat(visit.field("Characters")).hasAttribute("aria-invalid", "true");
    visit.field("Time to move").fill("soon");
    visit.button("Rehearse first").click();
    visit.says("A number with s, m, h or d, such as 30m or 6h.");
  }

  @Test
  void the_list_has_what_is_under_way_first_and_who_holds_what_is_live() {
    String secret = secret();
    Runners runners = runners();
    CountDownLatch now = new CountDownLatch(1);
    runners.moving("steady", secret, now);
    Visit visit = WORLD.visit(Role.EDITOR).move("#/rotations/holders/" + secret + IN_DEMO);
    visit.view("Who holds " + secret);
    assertThat(cell(visit, "steady")).containsText("v1");
    rotate(secret, new JsonObject());
    now.countDown();
    assertThat(cell(visit, "steady")).containsText("v2");
    visit.isAccessible().go("Rotations");
    visit.says(secret).isAccessible();
  }
}
