package io.hushbus.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Goes wherever links lead: from the start, by every link within the console, to one page of each
 * shape. So a view that is added is in it as soon as something links to it.
 */
final class Tour {

  private static final int MOST = 120;
  private static final Pattern NAMED =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f-]{27}|demo|churn|vision|globex|acme|ci|train|development|staging"
              + "|production|db-password|s3-archive|gcs-key|licence|not-needed");
  private static final String LINKS =
      """
      () => [...document.querySelectorAll('a[href^="#/"]')].map(one => one.getAttribute('href'))
      """;

  private final Visit visit;
  private final Set<String> shapes = new HashSet<>();
  private final Set<String> seen = new LinkedHashSet<>();

  Tour(Visit visit) {
    this.visit = visit;
  }

  /** Goes everywhere, and calls {@code look} at each place once it is there. */
  Set<String> everywhere(Consumer<Visit> look) {
    Deque<String> next = new ArrayDeque<>(links());
    while (!next.isEmpty() && seen.size() < MOST) {
      String place = next.pop();
      if (!place.equals("#/") && shapes.add(shape(place))) {
        seen.add(place);
        try {
          arrive(visit, place);
        } catch (AssertionError lost) {
          throw new AssertionError("nothing is shown at " + place, lost);
        }
        look.accept(visit);
        next.addAll(links());
      }
    }
    return seen;
  }

  /** Goes to a place and waits until all that it shows is there. */
  static void arrive(Visit visit, String place) {
    visit.move(place);
    Page page = visit.page();
    assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)).first())
        .isVisible();
    Locator loading =
        page.locator("main#main")
            .getByText("Loading…", new Locator.GetByTextOptions().setExact(true));
    assertThat(loading).hasCount(0);
  }

  private List<String> links() {
    return ((List<?>) visit.page().evaluate(LINKS)).stream().map(String.class::cast).toList();
  }

  /** Names and ids do not matter, nor does the scope; which filters there are does. */
  private static String shape(String place) {
    String[] parts = place.split("\\?", 2);
    StringBuilder shape = new StringBuilder();
    for (String part : parts[0].split("/", -1)) {
      String text = URLDecoder.decode(part, StandardCharsets.UTF_8);
      shape.append(NAMED.matcher(text).matches() ? "*" : text).append('/');
    }
    if (parts.length > 1) {
      for (String pair : parts[1].split("&", -1)) {
        if (!pair.startsWith("project=") && !pair.startsWith("domain=")) {
          shape.append('?').append(pair.replaceAll("=[0-9a-f-]{36}", "=*"));
        }
      }
    }
    return shape.toString();
  }
}
