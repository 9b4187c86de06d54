package io.hushbus.console;

import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one Chromium of this process, as the machine has it installed: {@code $HUSHBUS_CHROMIUM},
 * else where distributions put it. It ends with the process. To be used by one thread.
 */
final class Chromium {

  private static final double PATIENCE_MS = 20_000;
  private static final String ABSENT =
      "there is no Chromium: install it (on Debian: apt-get install chromium-headless-shell"
          + " fonts-liberation fonts-dejavu-core), or say where it is in $HUSHBUS_CHROMIUM;"
          + " -Dhushbus.browser=none leaves these tests out";
  private static final List<String> PLACES =
      List.of(
          "/usr/bin/chromium-headless-shell", // the same without windows, and faster
          "/usr/bin/chromium",
          "/usr/bin/chromium-browser",
          "/usr/bin/google-chrome",
          "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
          "/Applications/Chromium.app/Contents/MacOS/Chromium");
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--force-color-profile=srgb");

  private static @Nullable Browser running;

  private Chromium() {}

  /** A browser of one's own: no cookies, no cache, nothing that another has left. */
  static BrowserContext context(Look look) {
    BrowserContext context =
        running()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(look.width(), look.height())
                    .setColorScheme(look.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                    .setReducedMotion(ReducedMotion.REDUCE)
                    .setPermissions(List.of("clipboard-read", "clipboard-write"))
                    .setLocale("en-GB")
                    .setTimezoneId("UTC"));
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }

  private static Browser running() {
    Browser known = running;
    if (known == null) {
      known = start();
      running = known;
    }
    return known;
  }

  private static Browser start() {
    if (System.getProperty("hushbus.browser", "").equals("none")) {
      abort("without a browser, as -Dhushbus.browser=none asks for");
    }
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    Path program = program().orElseThrow(() -> new AssertionError(ABSENT));
    Playwright driver =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    // Otherwise the driver complains of the pipe when the process has ended.
    Runtime.getRuntime().addShutdownHook(new Thread(driver::close, "browser-end"));
    return driver
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(program)
                .setHeadless(true)
                .setArgs(FLAGS));
  }

  private static Optional<Path> program() {
    String named = System.getenv("HUSHBUS_CHROMIUM");
    Stream<String> places = named == null ? PLACES.stream() : Stream.of(named);
    return places.map(Path::of).filter(Files::isExecutable).findFirst();
  }
}
