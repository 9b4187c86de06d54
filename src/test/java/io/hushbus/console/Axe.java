package io.hushbus.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The rules of WCAG 2.2 AA and of good practice that axe can check by itself. */
final class Axe {

  private static final String SOURCE = read();
  private static final String RUN =
      """
      async () => {
        const found = await axe.run(document, { resultTypes: ['violations'] });
        return found.violations.map(one => one.id + ' (' + one.impact + '): ' + one.help
          + one.nodes.slice(0, 5).map(node =>
              '\\n    ' + node.target.join(' ') + ': ' + node.html.slice(0, 200)
              + ' ' + node.any.map(why => why.message).join('; ')).join(''));
      }
      """;

  private Axe() {}

  /** Fails with what axe finds in the page as it is now. */
  static void check(Page page) {
    List<String> found = violations(page);
    if (!found.isEmpty()) {
      throw new AssertionError("axe finds in " + page.url() + ":\n  " + String.join("\n  ", found));
    }
  }

  /** What axe finds in the page as it is now. */
  static List<String> violations(Page page) {
    if (!(boolean) page.evaluate("() => 'axe' in globalThis")) {
      page.evaluate(SOURCE);
    }
    return ((List<?>) page.evaluate(RUN)).stream().map(Object::toString).toList();
  }

  private static String read() {
    try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
