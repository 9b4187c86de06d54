package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.model.Role;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes to the console with a key, and who is not let in. */
final class SignInIT {

  private static final String UNKNOWN = "hsb_" + "A".repeat(43);

  @RegisterExtension static final ConsoleWorld WORLD = ConsoleWorld.perClass();

  @Test
  void whoever_goes_on_while_the_frame_is_drawn_gets_there() {
    Visit visit = WORLD.visit();
    visit
        .page()
        .evaluate(
            """
            () => new MutationObserver((seen, watch) => {
              if (document.querySelector('main#main')) {
                watch.disconnect();
                location.hash = '#/runs';
              }
            }).observe(document.body, { childList: true, subtree: true })
            """);
    visit.signIn(WORLD.key(Role.DEVELOPER)).view("Runs and leases");
  }

  @Test
  void the_root_is_the_console_and_a_key_opens_it() {
    Visit visit = WORLD.visit();
    visit.view("Hushbus").isAccessible();
    visit.signIn(WORLD.key(Role.ADMIN));
    assertThat(visit.page().getByRole(AriaRole.COMPLEMENTARY)).containsText("acme");
    visit.go("Secrets").showsNoValue().isAccessible();
  }

  @Test
  void a_key_is_accepted_by_the_keyboard_alone() {
    Visit visit = WORLD.visit();
    visit.field("Key").fill(WORLD.key(Role.VIEWER));
    visit.field("Key").press("Enter");
    visit.view("Overview");
  }

  @Test
  void an_unknown_key_is_refused_with_what_may_be_wrong() {
    Visit visit = WORLD.visit().mayAnswer(401).tryKey(UNKNOWN);
    visit.says("This key is not accepted");
    assertThat(visit.field("Key")).isEmpty();
    visit.isAccessible();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "two words", "schlüssel"})
  void what_cannot_be_a_key_is_not_sent(String typed) {
    Visit visit = WORLD.visit();
    visit.field("Key").fill(typed);
    visit.button("Sign in").click();
    assertThat(visit.field("Key")).hasAttribute("aria-invalid", "true");
    assertThat(visit.field("Key")).isFocused();
  }

  @Test
  void who_signs_out_or_reloads_leaves_nothing_behind() {
    Visit visit = WORLD.visit(Role.ADMIN).go("Secrets");
    visit.button("Sign out").click();
    assertThat(visit.field("Key")).isEmpty();
    visit.signIn(WORLD.key(Role.ADMIN)).page().reload();
    assertThat(visit.field("Key")).isEmpty();
  }

  @Test
  void a_key_is_hidden_and_no_password_that_a_browser_would_store() {
    Visit visit = WORLD.visit();
    assertThat(visit.field("Key")).hasAttribute("type", "text");
    assertThat(visit.field("Key")).hasAttribute("autocomplete", "off");
    assertThat(visit.field("Key")).hasCSS("-webkit-text-security", "disc");
    visit.button("Show what is typed").click();
    assertThat(visit.field("Key")).hasCSS("-webkit-text-security", "none");
  }

  @Test
  void what_one_has_done_is_not_told_to_the_next_one() {
    Visit visit = WORLD.visit(Role.ADMIN).move("#/access/domains").view("Access");
    visit.button("Create a domain").first().click();
    visit.field("Name").fill("told-once");
    visit.button("Create").click();
    Locator news = visit.page().locator(".toast");
    assertThat(news).containsText("told-once");
    visit.button("Sign out").click();
    assertThat(visit.field("Key")).isVisible();
    assertThat(news).hasCount(0);
  }

  @Test
  void an_export_that_is_refused_for_the_key_ends_the_sign_in() {
    Visit visit = WORLD.visit(Role.AUDITOR).mayAnswer(401).move("#/audit/chain");
    visit
        .page()
        .route(
            "**/api/v1/audit/export*",
            route -> route.fulfill(new Route.FulfillOptions().setStatus(401)));
    visit.page().evaluate("() => { globalThis.showSaveFilePicker = undefined; }");
    visit.button("Export").click();
    visit.says("Your sign-in has ended");
  }

  @Test
  void what_was_asked_before_a_sign_out_does_not_end_the_next_sign_in() {
    Visit visit = WORLD.visit().mayBeCutOff().mayAnswer(401);
    var late = new ArrayList<Route>();
    visit.page().route("**/api/v1/projects*", late::add);
    visit.signIn(WORLD.key(Role.ADMIN));
    visit.page().waitForCondition(() -> !late.isEmpty());
    visit.button("Sign out").click();
    visit.page().unroute("**/api/v1/projects*");
    visit.signIn(WORLD.key(Role.VIEWER));
    late.forEach(one -> one.fulfill(new Route.FulfillOptions().setStatus(401)));
    visit.go("Secrets");
    assertThat(visit.page().getByRole(AriaRole.COMPLEMENTARY)).containsText("viewer");
  }

  @Test
  void an_address_that_is_badly_written_is_no_page_and_nothing_worse() {
    Visit visit = WORLD.visit(Role.ADMIN).move("#/%E0%A4%A");
    visit.says("There is no such page");
  }
}
