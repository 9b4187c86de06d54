package io.hushbus.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * N-98: no library on the class path is older than the version that mended its last known hole. The
 * list is kept here, so that the build needs no service to judge itself.
 */
final class DependenciesTest {

  /** By how the file begins: the oldest version that will do. */
  private static final Map<String, String> OLDEST =
      Map.of(
          // 5.0.12: fixed SNI cache and StaticHandler; ChainAuthHandler, redirects and WebSocket
          // compression, which later versions mend, are not used (ArchitectureTest).
          "vertx-core", "5.0.12",
          "vertx-web", "5.0.12",
          "vertx-pg-client", "5.0.12",
          // Request smuggling, decompression and HTTP/2 floods.
          "netty-codec-http", "4.2.17",
          "netty-handler", "4.2.17",
          // Limits on nesting, on every kind of input.
          "jackson-core", "2.18.6",
          // 33 advisories were fixed in 1.85.
          "bcprov-jdk18on", "1.86",
          // Channel binding, iterations of SCRAM.
          "postgresql", "42.7.12");

  /** Never on the class path: a tree could serialise anything by reflection, or run templates. */
  private static final List<String> NEVER =
      List.of("jackson-databind-2", "vertx-web-client", "freemarker", "velocity", "commons-text");

  @Test
  void n98_no_library_is_older_than_its_last_mended_hole() {
    OLDEST.forEach(
        (library, oldest) ->
            assertThat(versions(library))
                .as(library)
                .isNotEmpty()
                .allSatisfy(
                    version ->
                        assertThat(newerOrSame(version, oldest))
                            .as("%s %s, needed %s", library, version, oldest)
                            .isTrue()));
  }

  @Test
  void n98_what_must_not_be_there_is_not() {
    assertThat(jars())
        .allSatisfy(jar -> assertThat(NEVER).noneMatch(never -> jar.startsWith(never)));
  }

  @Test
  void an_older_version_is_found() {
    assertThat(newerOrSame("4.2.9.Final", "4.2.17")).isFalse();
    assertThat(newerOrSame("4.2.17.Final", "4.2.17")).isTrue();
    assertThat(newerOrSame("42.10.0", "42.7.12")).isTrue();
    assertThat(newerOrSame("1.85.1", "1.86")).isFalse();
  }

  private static List<String> jars() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .map(entry -> new File(entry).getName())
        .filter(name -> name.endsWith(".jar"))
        .toList();
  }

  private static List<String> versions(String library) {
    Pattern form = Pattern.compile(Pattern.quote(library) + "-(\\d[0-9A-Za-z.]*)\\.jar");
    return jars().stream()
        .map(form::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1))
        .toList();
  }

  private static boolean newerOrSame(String version, String oldest) {
    return Arrays.compare(numbers(version), numbers(oldest)) >= 0;
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.", -1))
        .filter(part -> part.matches("\\d+"))
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
