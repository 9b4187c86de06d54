package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One person at the console. What a person would see as broken, and what nobody sees but matters,
 * is kept by a {@link Witness} and judged when the test is over.
 */
final class Visit {

  private final BrowserContext context;
  private final String address;
  private final Page page;
  private final Witness witness;

  Visit(BrowserContext context, String address) {
    this.context = context;
    this.address = address;
    this.witness = new Witness(context, address);
    this.page = context.newPage();
  }

  Page page() {
    return page;
  }

  BrowserContext context() {
    return context;
  }

  Witness witness() {
    return witness;
  }

  /** Goes to a path of the broker, such as {@code /#/secrets}. */
  Visit open(String path) {
    witness.gather();
    page.navigate(address + path);
    return this;
  }

  /**
   * Goes to another place of the console without loading it anew, as a link within it does: whoever
   * is signed in stays so. Such as {@code #/secrets?project=demo}.
   */
  Visit move(String fragment) {
    page.evaluate("to => { location.hash = to; }", fragment);
    return this;
  }

  /** Signs in as a person would, with a key, and waits until the console is there. */
  Visit signIn(String key) {
    tryKey(key);
    assertThat(page.locator("main#main")).isVisible();
    return this;
  }

  /** Types a key and sends it, whatever comes of it. */
  Visit tryKey(String key) {
    witness.mustNotSee(key);
    field("Key").fill(key);
    button("Sign in").click();
    return this;
  }

  /** Waits for a view by its heading. */
  Visit view(String heading) {
    assertThat(
            page.getByRole(
                AriaRole.HEADING,
                new Page.GetByRoleOptions().setName(heading).setLevel(1).setExact(true)))
        .isVisible();
    return this;
  }

  /** Goes to a view by the navigation, as a person would, and waits for its heading. */
  Visit go(String name) {
    Locator menu = button("Menu");
    if (menu.isVisible()) {
      menu.click();
    }
    page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Views"))
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name).setExact(true))
        .click();
    return view(name);
  }

  /** A button by its whole name. */
  Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** An input by its whole label. */
  Locator field(String label) {
    return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
  }

  /** The dialog that is open. */
  Locator dialog() {
    return page.getByRole(AriaRole.DIALOG);
  }

  /** Waits until this text is to be seen. */
  Visit says(String text) {
    assertThat(page.getByText(text).first()).isVisible();
    return this;
  }

  Visit says(Pattern text) {
    assertThat(page.getByText(text).first()).isVisible();
    return this;
  }

  /** Answers of such a status are no trouble in this test. */
  Visit mayAnswer(int... statuses) {
    witness.expect(statuses);
    return this;
  }

  /** Lines of the page's log with such a text are no trouble in this test. */
  Visit mayLog(String... texts) {
    witness.expectLog(texts);
    return this;
  }

  /** Requests that come to nothing are no trouble in this test: the line is cut in it. */
  Visit mayBeCutOff() {
    witness.expectCuts();
    return this;
  }

  /** Fails now, and not only at the end, if a canary is where no value belongs. */
  Visit showsNoValue() {
    List<String> seen = witness.sightings(page);
    if (!seen.isEmpty()) {
      throw new AssertionError("a value was seen: " + seen);
    }
    return this;
  }

  /** Axe finds nothing in what is to be seen now. */
  Visit isAccessible() {
    Axe.check(page);
    return this;
  }

  void picture(Path file) {
    page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
  }

  /** Everything that went wrong beside the point. Empty when all is well. */
  List<String> troubles() {
    List<String> all = new ArrayList<>();
    for (Page each : context.pages()) {
      all.addAll(witness.sightings(each));
      all.addAll(witness.kept(each));
    }
    all.addAll(witness.troubles());
    return all;
  }

  void close() {
    context.close();
  }
}
