package io.hushbus.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is said, all of it, without a value; whatever is right has its type. */
final class ConfigReaderTest {

  private static final String ROOT = "root_key: {path: root.key}\n";

  @TempDir Path directory;

  @Test
  void the_root_key_is_the_only_key_without_a_default_that_is_needed() {
    assertThat(problems("")).containsExactly("root_key.path: is needed by root_key.provider file");
    BrokerConfig config = read(ROOT);
    assertThat(config.server().port()).isEqualTo(8420);
    assertThat(config.leases().defaultTtl()).isEqualTo(Duration.ofMinutes(15));
    assertThat(config.secrets().maxBytes()).isEqualTo(64 * 1024);
    assertThat(config.rootKey().provider()).isEqualTo(BrokerConfig.RootKey.Provider.FILE);
  }

  @Test
  void the_full_file_lists_every_key_with_its_default() throws IOException {
    Path written = Path.of("target", "hushbus-full.yaml");
    Files.writeString(written, FullFile.text());
    assertThat(Path.of("conf", "hushbus-full.yaml"))
        .as("conf/hushbus-full.yaml is %s", written)
        .hasContent(FullFile.text());
    EffectiveConfig full =
        ConfigReader.readText(FullFile.text(), Map.of("HUSHBUS_ROOT_KEY_PATH", "root.key"))
            .effective();
    assertThat(full.print()).isEqualTo(ConfigReader.readText(ROOT, Map.of()).effective().print());
  }

  @Test
  void the_smallest_file_names_known_keys_only() throws IOException {
    assertThat(problems(Files.readString(Path.of("conf", "hushbus.yaml"))))
        .containsExactly(
            "database.password_file: is not a plain file: /etc/hushbus/database.password");
  }

  @Test
  void identity_providers_of_the_console_stand_in_a_file_of_their_own() throws IOException {
    Path file = directory.resolve("sign-in.yaml");
    Files.writeString(
        file,
        """
        work:
          title: Work
          tenant: acme
          issuer: https://id.example.org:8443/realms/work
          client_id: hushbus
          scopes: openid offline_access
        other: {title: Other, tenant: acme, issuer: https://example.net, client_id: other}
        """);
    List<BrokerConfig.SignIn> offered =
        read(ROOT + "console: {sign_in: " + file + "}").console().signIn();
    assertThat(offered).extracting(BrokerConfig.SignIn::title).containsExactly("Work", "Other");
    assertThat(offered.getFirst().origin()).isEqualTo("https://id.example.org:8443");
    assertThat(offered.getFirst().scopes()).containsExactly("openid", "offline_access");
    assertThat(offered.getLast().scopes()).containsExactly("openid");
  }

  @Test
  void what_is_wrong_with_identity_providers_is_said() throws IOException {
    Path file = directory.resolve("sign-in.yaml");
    String set = ROOT + "console: {sign_in: " + file + "}";
    assertThat(problems(set)).containsExactly("console.sign_in: cannot be read: " + file);
    Files.writeString(
        file,
        "a: {title: A, tenant: No Name, issuer: 'http://a.example/?q', client_id: a, scopes:"
            + " email}\n"
            + "b: {secret: s}\n");
    assertThat(problems(set))
        .allMatch(problem -> problem.startsWith("console.sign_in: "))
        .anyMatch(problem -> problem.contains("unknown key b.secret"))
        .anyMatch(problem -> problem.contains("a.tenant"))
        .anyMatch(problem -> problem.contains("a.issuer must be an https URL"))
        .anyMatch(problem -> problem.contains("a.scopes"));
  }

  @Test
  void an_unknown_key_names_the_nearest_known_one() {
    assertThat(problems(ROOT + "server: {prot: 1}"))
        .containsExactly("unknown key server.prot; did you mean server.port?");
    assertThat(problems(ROOT, Map.of("HUSHBUS_SERVER_PROT", "1")))
        .containsExactly(
            "unknown environment variable HUSHBUS_SERVER_PROT; did you mean HUSHBUS_SERVER_PORT?");
  }

  @Test
  void all_problems_are_told_at_once() {
    assertThat(problems("server: {port: x, host: ''}\ntokens: {ttl: 2h}\nlog: {level: loud}"))
        .hasSize(5)
        .anyMatch(line -> line.startsWith("server.port: must be a whole number"))
        .anyMatch(line -> line.startsWith("server.host: must not be empty"))
        .anyMatch(line -> line.startsWith("tokens.ttl: must be a time"))
        .anyMatch(line -> line.startsWith("log.level: must be one of"));
  }

  @Test
  void two_listeners_have_two_ports() {
    assertThat(problems(ROOT + "server: {port: 8300}\nmanagement: {port: 8300}"))
        .containsExactly("management.port: must not be server.port");
    assertThat(problems(ROOT + "server: {port: 8300}\nbus: {tcp: {port: 8300}}"))
        .containsExactly("bus.tcp.port: must not be the port of another listener");
    String any = ROOT + "server: {port: 0}\nmanagement: {port: 0}\nbus: {tcp: {port: 0}}";
    assertThat(ConfigReader.readText(any, Map.of()).config().server().port()).isZero();
  }

  @Test
  void the_environment_wins_over_the_file() {
    BrokerConfig config =
        ConfigReader.readText(
                ROOT + "server: {port: 1111}", Map.of("HUSHBUS_SERVER_PORT", "2222", "PATH", "/"))
            .config();
    assertThat(config.server().port()).isEqualTo(2222);
  }

  @Test
  void a_key_given_twice_is_refused() {
    assertThat(problems("server: {port: 1}\nserver: {port: 2}\n" + ROOT))
        .anyMatch(line -> line.contains("duplicate"));
  }

  @Test
  void lists_and_tags_and_many_aliases_are_refused() {
    assertThat(problems(ROOT + "server: [1, 2]")).anyMatch(line -> line.contains("one value"));
    assertThat(problems(ROOT + "server: !!java.io.File [x]")).isNotEmpty();
    StringBuilder bomb = new StringBuilder("a: &a {x: 1}\n");
    for (int i = 0; i < 30; i++) {
      bomb.append("b").append(i).append(": *a\n");
    }
    assertThat(problems(bomb.toString())).anyMatch(line -> line.contains("more than"));
  }

  @Test
  void words_stay_words_and_numbers_keep_their_form() {
    assertThat(read(ROOT + "tokens: {issuer: no}").tokens().issuer()).isEqualTo("no");
    assertThat(read(ROOT + "tokens: {issuer: 010}").tokens().issuer()).isEqualTo("010");
  }

  @Test
  void a_password_comes_from_a_file_that_is_its_owners_alone() throws IOException {
    Path file = secret("s3cret-canary\n");
    String document = ROOT + "database: {password_file: " + file + "}";
    assertThat(read(document).database().password().size()).isEqualTo("s3cret-canary".length());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(problems(document)).singleElement().asString().contains("chmod 600");
  }

  @Test
  void n95_a_link_or_an_open_file_is_no_place_for_a_key() throws IOException {
    Path key = secret("key");
    Path certificate = Files.writeString(directory.resolve("tls.crt"), "certificate");
    Path link = Files.createSymbolicLink(directory.resolve("link"), key);
    assertThat(problems(tls(certificate, link))).anyMatch(line -> line.contains("plain file"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(problems(tls(certificate, key))).anyMatch(line -> line.contains("chmod 600"));
    assertThat(problems(ROOT + "server: {tls: {certificate: " + certificate + "}}"))
        .contains("server.tls: needs both certificate and key");
  }

  @Test
  void n95_a_configuration_file_that_holds_a_password_is_not_readable_by_all() throws IOException {
    Path file = directory.resolve("hushbus.yaml");
    Files.writeString(file, ROOT + "database: {password: canary}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(problemsOf(() -> ConfigReader.read(Optional.of(file), Map.of())))
        .singleElement()
        .asString()
        .contains("chmod 600")
        .doesNotContain("canary");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(ConfigReader.read(Optional.of(file), Map.of()).config()).isNotNull();
  }

  @Test
  void a_root_key_in_the_environment_is_for_development() {
    assertThat(problems("root_key: {provider: environment}"))
        .containsExactly("root_key.provider: environment is for development only: true");
    assertThat(read("development: true\nroot_key: {provider: environment}").development()).isTrue();
  }

  @Test
  void what_is_printed_holds_no_password() {
    EffectiveConfig effective =
        ConfigReader.readText(
                ROOT,
                Map.of(
                    "HUSHBUS_DATABASE_PASSWORD", "canary",
                    "HUSHBUS_ROOT_KEY_PASSPHRASE", "canary",
                    "HUSHBUS_DATABASE_OWNER_PASSWORD", "canary"))
            .effective();
    assertThat(effective.print())
        .doesNotContain("canary")
        .contains("database.password: (hidden)\n")
        .contains("root_key.path: root.key\n")
        .contains("server.port: 8420\n")
        .hasLineCount(Keys.ALL.size());
    assertThat(effective.toString()).doesNotContain("canary");
  }

  @Test
  void a_record_of_the_configuration_shows_no_password() {
    assertThat(
            ConfigReader.readText(ROOT, Map.of("HUSHBUS_DATABASE_PASSWORD", "canary"))
                .config()
                .toString())
        .doesNotContain("canary");
  }

  @Property(tries = 500)
  void any_text_is_read_or_refused_in_words(@ForAll @StringLength(max = 200) String text) {
    readOrRefuse(text);
  }

  @Property(tries = 500)
  void any_text_in_a_known_place_is_read_or_refused_in_words(
      @ForAll @StringLength(max = 40) String text) {
    Keys.ALL.forEach(key -> readOrRefuse(key.name().replace(".", ": {") + ": " + text));
    readOrRefuse("server: {port: " + text + ", tls: {key: \"" + text + "\"}}");
  }

  private static void readOrRefuse(String document) {
    try {
      ConfigReader.readText(document, Map.of());
    } catch (ConfigProblems told) {
      assertThat(told.problems()).isNotEmpty().allMatch(line -> !line.isBlank());
    }
  }

  private Path secret(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private static String tls(Path certificate, Path key) {
    return ROOT + "server: {tls: {certificate: " + certificate + ", key: " + key + "}}";
  }

  private static BrokerConfig read(String document) {
    return ConfigReader.readText(document, Map.of()).config();
  }

  private static List<String> problems(String document) {
    return problems(document, Map.of());
  }

  private static List<String> problems(String document, Map<String, String> environment) {
    return problemsOf(() -> ConfigReader.readText(document, environment));
  }

  private static List<String> problemsOf(ThrowingCallable reading) {
    List<String> told = new ArrayList<>();
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(ConfigProblems.class, wrong -> told.addAll(wrong.problems()));
    return told;
  }
}
