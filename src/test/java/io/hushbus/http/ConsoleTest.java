package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the console's files are served, and that they need nothing else. */
final class ConsoleTest {

  private static final Path SOURCES =
      Path.of(System.getProperty("hushbus.home", "."), "src/main/resources/console");
  private static final Pattern BUILD = Pattern.compile("/console/([0-9a-f]{16})/main\\.js");
  private static final Pattern STATIC_IMPORT =
      Pattern.compile("(?m)^(?:import|export(?= *[{*]))\\b[^;=]*?from *[\"']([^\"']+)[\"']");
  private static final Pattern NAMED_IMPORT =
      Pattern.compile("(?m)^import \\{([^}]*)} from '([^']+)'");
  private static final Pattern EXPORT =
      Pattern.compile(
          "(?m)^export (?:(?:async )?(?:const|let|class|function\\*?) (\\w+)|\\{([^}]*)})");
  private static final Pattern LATER =
      Pattern.compile("(?:import|URL)\\( *[\"']([^\"'$]+\\.(?:js|css|svg))[\"']");
  private static final int WIDEST = 130;
  private static final int LONGEST = 300;
  private static final int MOST_AT_FIRST = 200 * 1024;

  private static Doors doors;
  private static String page;
  private static String base;

  @Test
  void its_head_alone_is_answered_as_the_whole_without_a_body() {
    for (String path : List.of("/", base + "main.js", base + "views/overview.js")) {
      var whole = doors.send("GET", path, "", "");
      var head = doors.send("HEAD", path, "", "");
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      for (String name : List.of("Content-Type", "Content-Length", "Cache-Control")) {
        assertThat(head.header(name)).as(name).isNotEmpty().isEqualTo(whole.header(name));
      }
    }
    assertThat(doors.send("HEAD", base + "none.js", "", "").status()).isEqualTo(404);
    assertThat(doors.send("POST", "/", "", "").header("Allow")).isEqualTo("GET, HEAD");
  }

  @BeforeAll
  static void open() {
    doors = Doors.open(Map.of());
    page = doors.send("GET", "/", "", "").body();
    Matcher build = BUILD.matcher(page);
    assertThat(build.find()).isTrue();
    base = "/console/" + build.group(1) + "/";
  }

  @AfterAll
  static void close() {
    doors.close();
  }

  @Test
  void the_page_may_run_its_own_scripts_and_nothing_else() {
    Doors.Raw root = doors.send("GET", "/", "Accept: text/html\r\n", "");

    assertThat(root.status()).isEqualTo(200);
    assertThat(root.header("Content-Type")).startsWith("text/html");
    assertThat(root.header("Cache-Control")).isEqualTo("no-store");
    assertThat(root.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
        .contains("frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "*", "http:", "https:");
    assertThat(page).doesNotContain("<script>", "<style", " style=", "onclick", "{build}");
    assertThat(doors.send("GET", "/?next=%2F%2Fexample.org", "", "").status()).isEqualTo(400);
    assertThat(doors.send("POST", "/", "", "").status()).isEqualTo(405);
  }

  @Test
  void the_page_that_issuers_send_back_to_may_ask_nobody() {
    Doors.Raw back =
        doors.send("GET", "/console/callback.html?code=a&state=b&session_state=c&code=d", "", "");

    assertThat(back.status()).isEqualTo(200);
    assertThat(back.header("Cache-Control")).isEqualTo("no-store");
    assertThat(back.header("Content-Security-Policy")).contains("connect-src 'none';");
    assertThat(back.body()).contains(base + "callback.js").doesNotContain("{build}");
  }

  @Test
  void the_page_may_ask_the_issuers_that_are_configured() {
    HttpSettings settings =
        HttpSettings.local(0)
            .offering(
                List.of(
                    offered("https://id.example.org/realms/a", "https://id.example.org"),
                    offered("https://id.example.org/realms/b", "https://id.example.org")));
    Doors others = Doors.open(settings, Map.of());
    try {
      assertThat(others.send("GET", "/", "", "").header("Content-Security-Policy"))
          .contains(" connect-src 'self' https://id.example.org; ");
      assertThat(
              new JsonObject(others.send("GET", "/console/sign-in.json", "", "").body())
                  .getJsonArray("sign_in"))
          .hasSize(2);
    } finally {
      others.close();
    }
    assertThat(doors.send("GET", "/console/sign-in.json", "", "").body())
        .isEqualTo("{\"sign_in\":[]}");
  }

  private static HttpSettings.SignIn offered(String issuer, String origin) {
    return new HttpSettings.SignIn(
        "Example", "acme", issuer, origin, "console", List.of("openid", "email"));
  }

  @Test
  void a_file_is_kept_for_good_because_its_address_changes_with_it() {
    Doors.Raw main = doors.send("GET", base + "main.js", "", "");

    assertThat(main.status()).isEqualTo(200);
    assertThat(main.header("Content-Type")).startsWith("text/javascript");
    assertThat(main.header("Cache-Control")).contains("immutable");
    assertThat(main.header("Content-Encoding")).isEmpty();
    assertThat(main.body()).contains("getElementById");
  }

  @Test
  void nothing_else_is_served() {
    for (String file :
        List.of("nothing.js", "index.html.js", "vendor", "vendor/nothing.js", "vendor/readme.md")) {
      assertThat(doors.send("GET", base + file, "", "").status()).as(file).isEqualTo(404);
    }
    assertThat(doors.send("GET", "/console/0123456789abcdef/main.js", "", "").status())
        .isEqualTo(404);
    for (String file : List.of("..", "ui/..", "ui/%2e%2e%2fmain.js", "vendor/README.md")) {
      assertThat(doors.send("GET", base + file, "", "").status()).as(file).isBetween(400, 404);
    }
  }

  @Test
  void its_sources_are_read_without_scrolling() throws IOException {
    try (Stream<Path> all = Files.walk(SOURCES)) {
      for (Path file : all.filter(Files::isRegularFile).filter(one -> !isForeign(one)).toList()) {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).as(file.toString()).noneMatch(line -> line.length() > WIDEST);
        if (file.toString().endsWith(".js")) {
          assertThat(lines.size()).as(file.toString()).isLessThanOrEqualTo(LONGEST);
        }
      }
    }
  }

  private static boolean isForeign(Path file) {
    return file.startsWith(SOURCES.resolve("vendor"));
  }

  @Test
  void every_module_finds_what_it_imports_and_none_is_left_over() throws IOException {
    Set<String> reached = closure(Set.of("main.js"), true);
    reached.addAll(inPage());
    reached.addAll(closure(Set.of("callback.js"), true));

    assertThat(reached).allMatch(file -> Files.exists(SOURCES.resolve(file)));
    try (Stream<Path> all = Files.walk(SOURCES)) {
      assertThat(
              all.filter(Files::isRegularFile)
                  .map(file -> SOURCES.relativize(file).toString())
                  .filter(file -> !file.endsWith(".html") && !file.endsWith(".md")))
          .containsExactlyInAnyOrderElementsOf(reached);
    }
  }

  @Test
  void every_name_that_is_imported_is_exported_there() throws IOException {
    for (String file : closure(Set.of("main.js"), true)) {
      if (file.endsWith(".js") && !file.startsWith("vendor")) {
        Matcher names = NAMED_IMPORT.matcher(Files.readString(SOURCES.resolve(file)));
        while (names.find()) {
          String from = resolved(file, names.group(2));
          if (!from.startsWith("vendor")) {
            assertThat(exports(from))
                .as("imported by %s from %s", file, from)
                .containsAll(words(names.group(1)));
          }
        }
      }
    }
  }

  @Test
  void what_is_loaded_first_is_small() throws IOException {
    Set<String> first = closure(Set.of("main.js"), false);
    first.addAll(inPage());
    Map<String, Integer> sizes = new TreeMap<>();
    for (String file : first) {
      byte[] packed = packed(base + file);
      assertThat(unpacked(packed)).as(file).isEqualTo(Files.readAllBytes(SOURCES.resolve(file)));
      sizes.put(file, packed.length);
    }

    int sum = sizes.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println("first load of the console: " + sum + " bytes in " + sizes);
    assertThat(sum + page.length()).isLessThan(MOST_AT_FIRST);
  }

  @Test
  void nothing_is_stored_and_no_text_becomes_markup() throws IOException {
    try (Stream<Path> all = Files.walk(SOURCES)) {
      for (Path file :
          all.filter(file -> file.toString().endsWith(".js"))
              .filter(file -> !file.toString().contains("vendor"))
              .toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain("localStorage", "sessionStorage", "indexedDB", "document.cookie")
            .doesNotContain("innerHTML", "eval(", "new Function", "document.write", "console.");
      }
    }
  }

  /** The files that these import, and so on; `later` ones too. */
  private static Set<String> closure(Set<String> from, boolean later) throws IOException {
    Set<String> reached = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>(from);
    while (!next.isEmpty()) {
      String file = next.pop();
      if (reached.add(file) && file.endsWith(".js")) {
        String text = Files.readString(SOURCES.resolve(file));
        imports(STATIC_IMPORT, text).forEach(one -> next.push(resolved(file, one)));
        if (later) {
          imports(LATER, text).forEach(one -> next.push(resolved(file, one)));
        }
      }
    }
    return reached;
  }

  private static Set<String> exports(String file) throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher exported = EXPORT.matcher(Files.readString(SOURCES.resolve(file)));
    while (exported.find()) {
      names.addAll(words(exported.group(1) == null ? exported.group(2) : exported.group(1)));
    }
    return names;
  }

  /** The names in a list of them, as they are outside: of {@code a as b} in an export b. */
  private static List<String> words(String list) {
    return Pattern.compile(",")
        .splitAsStream(list)
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(name -> name.replaceFirst("^\\w+ as ", ""))
        .toList();
  }

  private static List<String> imports(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }

  private static String resolved(String from, String to) {
    assertThat(to).as("imported by " + from).startsWith(".");
    Path at = Path.of(from).resolveSibling(to).normalize();
    return at.toString();
  }

  private static Set<String> inPage() {
    return Pattern.compile("\"" + base + "([^\"]+)\"")
        .matcher(page)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static byte[] packed(String path) throws IOException {
    var url = URI.create("http://127.0.0.1:" + doors.port() + path).toURL();
    var connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
    connection.setRequestProperty("Accept-Encoding", "br, gzip");
    try (InputStream body = connection.getInputStream()) {
      assertThat(connection.getHeaderField("Content-Encoding")).isEqualTo("gzip");
      return body.readAllBytes();
    }
  }

  private static byte[] unpacked(byte[] packed) throws IOException {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return gzip.readAllBytes();
    }
  }
}
