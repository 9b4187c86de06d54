package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.hushbus.config.BrokerConfig;
import io.hushbus.model.Role;
import io.hushbus.support.Brokers;
import io.hushbus.support.IdentityServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Signing in by an issuer of OpenID Connect, in its own window, and everything that may go wrong.
 */
final class IdentityProviderIT {

  private static final Vertx VERTX = Vertx.vertx();
  private static final IdentityServer KEYS = new IdentityServer(VERTX);
  private static final Issuer ISSUER = new Issuer(KEYS);

  @RegisterExtension
  static final ConsoleWorld WORLD =
      ConsoleWorld.with(
          () ->
              Brokers.Tuning.USUAL.console(
                  new BrokerConfig.Console(
                      List.of(
                          new BrokerConfig.SignIn(
                              "Work",
                              "acme",
                              URI.create(ISSUER.address()),
                              Issuer.CLIENT,
                              List.of("openid", "offline_access"))))));

  @BeforeAll
  static void configure() {
    JsonObject rules =
        new JsonObject()
            .put("name", "work")
            .put("kind", "jwt")
            .put("issuer", ISSUER.address())
            .put("audience", Issuer.CLIENT)
            .put("jwks", ISSUER.keySet())
            .put("conditions", new JsonArray().add(is("/hd", "acme.example")))
            .put(
                "mappings",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("role", "developer")
                            .put("conditions", new JsonArray().add(is("/team", "data")))));
    WORLD.as(Role.ADMIN).post("/identity-providers", rules).expect(201);
  }

  private static JsonObject is(String claim, String text) {
    return new JsonObject().put("claim", claim).put("equals", text);
  }

  @AfterEach
  void well() {
    ISSUER.does(Issuer.Wrong.NOTHING);
    ISSUER.gives(true, 600);
  }

  @AfterAll
  static void stop() {
    ISSUER.close();
    KEYS.close();
    VERTX.close().await();
  }

  @Test
  void who_the_issuer_knows_is_in_with_the_roles_that_the_rules_give() {
    Visit visit = visit();
    visit.isAccessible();
    signIn(visit, "ada");
    visit.view("Overview");
    assertThat(visit.page().getByRole(AriaRole.COMPLEMENTARY)).containsText("developer");
    assertThat(visit.context().pages()).hasSize(1);
    assertThat(visit.page().url()).doesNotContain("code", "state");
  }

  @Test
  void the_window_of_the_issuer_has_no_handle_on_the_console() {
    Visit visit = visit();
    Page window = opened(visit, "Sign in with Work");
    window.waitForURL(address -> address.startsWith(ISSUER.origin()));
    assertThat(window.evaluate("() => opener === null")).isEqualTo(true);
    window.close();
    visit.says("The window was closed");
  }

  @Test
  void it_works_on_a_small_screen_in_the_dark() {
    Visit visit = WORLD.visit(Look.HAND_DARK);
    visit.witness().knows(ISSUER.origin());
    visit.isAccessible();
    signIn(visit, "ada");
    visit.view("Overview");
  }

  @Test
  void a_sign_in_is_renewed_before_it_ends_and_nobody_notices() {
    Visit visit = visit();
    visit.page().clock().install();
    signIn(visit, "grace");
    visit.view("Overview");
    int before = ISSUER.granted().size();
    visit.page().clock().fastForward("09:00");
    visit.page().waitForCondition(() -> ISSUER.granted().size() > before);
    assertThat(ISSUER.granted().getLast()).isEqualTo("refresh_token");
    visit.go("Secrets");
  }

  @Test
  void without_a_refresh_token_the_person_is_asked_in_time_and_the_page_stays_as_it_is() {
    ISSUER.gives(false, 120);
    Visit visit = visit();
    visit.page().clock().install();
    signIn(visit, "grace");
    visit.go("Secrets");
    visit.page().clock().fastForward("01:30");
    visit.says("Your sign-in ends in a moment").isAccessible();
    answer(visit, "Stay signed in", "grace", "Allow");
    assertThat(visit.page().getByText("Your sign-in ends in a moment")).isHidden();
    visit.view("Secrets");
  }

  @Test
  void nobody_else_can_go_on_with_the_session_of_one() {
    ISSUER.gives(false, 120);
    Visit visit = visit();
    visit.page().clock().install();
    signIn(visit, "grace");
    visit.view("Overview").page().clock().fastForward("01:30");
    answer(visit, "Stay signed in", "ada", "Allow");
    visit.says("This is somebody else");
  }

  @Test
  void who_refuses_is_told_so_and_can_try_again() {
    Visit visit = visit();
    answer(visit, "Sign in with Work", "ada", "Deny");
    visit.says("Work did not let you in").isAccessible();
    signIn(visit, "ada");
    visit.view("Overview");
  }

  @Test
  void an_answer_with_another_state_is_not_taken() {
    ISSUER.does(Issuer.Wrong.STATE);
    refused("The answer is of another sign-in");
  }

  @Test
  void a_token_with_another_nonce_is_not_taken() {
    ISSUER.does(Issuer.Wrong.NONCE);
    refused("The token is not for this sign-in");
  }

  @Test
  void a_code_that_has_expired_asks_for_another_try() {
    ISSUER.does(Issuer.Wrong.EXPIRED_CODE);
    Visit visit = visit().mayAnswer(400);
    answer(visit, "Sign in with Work", "ada", "Allow");
    visit.says("It took too long");
  }

  @Test
  void an_issuer_that_is_away_leaves_the_key_as_a_way_in() {
    ISSUER.does(Issuer.Wrong.AWAY);
    Visit visit = visit().mayAnswer(503);
    visit.button("Sign in with Work").click();
    visit.says("Work does not answer").isAccessible();
    visit.signIn(WORLD.key(Role.ADMIN));
  }

  @Test
  void an_issuer_that_is_not_the_one_configured_is_not_gone_to() {
    for (Issuer.Wrong wrong : List.of(Issuer.Wrong.ISSUER, Issuer.Wrong.OTHER_ORIGIN)) {
      ISSUER.does(wrong);
      Visit visit = visit();
      visit.button("Sign in with Work").click();
      visit.says("Work describes itself as another issuer");
    }
  }

  @Test
  void who_no_rule_lets_in_is_told_whom_to_ask() {
    Visit visit = visit().mayAnswer(401, 403);
    answer(visit, "Sign in with Work", "stranger", "Allow");
    visit.says("You have no way into acme");
  }

  @Test
  void who_has_no_role_is_told_so() {
    Visit visit = visit();
    answer(visit, "Sign in with Work", "nobody", "Allow");
    visit.says("You have no role here yet");
  }

  @Test
  void who_closes_the_window_can_open_it_again() {
    Visit visit = visit();
    Page window = opened(visit, "Sign in with Work");
    window.getByLabel("Name").waitFor();
    window.close();
    visit.says("The window was closed").isAccessible();
    signIn(visit, "ada");
    visit.view("Overview");
  }

  @Test
  void an_answer_that_nobody_waits_for_says_so() {
    Visit visit = visit();
    visit.open("/console/callback.html?state=a.b&code=c");
    visit.says("Nobody waits for this answer any more").isAccessible();
    assertThat(visit.page().url()).endsWith("/console/callback.html");
  }

  private static Visit visit() {
    Visit visit = WORLD.visit();
    visit.witness().knows(ISSUER.origin());
    return visit;
  }

  private static void refused(String title) {
    Visit visit = visit();
    answer(visit, "Sign in with Work", "ada", "Allow");
    visit.says(title);
    assertThat(visit.button("Sign in with Work")).isEnabled();
  }

  private static void signIn(Visit visit, String person) {
    answer(visit, "Sign in with Work", person, "Allow");
    assertThat(visit.page().locator("main#main")).isVisible();
  }

  private static void answer(Visit visit, String by, String person, String consent) {
    Page window = opened(visit, by);
    window.getByLabel("Name").fill(person);
    window.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(consent)).click();
  }

  private static Page opened(Visit visit, String by) {
    return visit.page().waitForPopup(() -> visit.button(by).click());
  }
}
