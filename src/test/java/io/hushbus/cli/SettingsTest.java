package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where settings come from, which one counts, and which token goes where. */
final class SettingsTest {

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  private Settings settings(Map<Setting, String> flags) throws IOException {
    environment.put("HOME", home.toString());
    Path project = Files.createDirectories(home.resolve("work/project/deep"));
    return new Settings(Surrounded.by(environment, project).surroundings(), flags);
  }

  private Settings settings() throws IOException {
    return settings(Map.of());
  }

  private void config(String text) throws IOException {
    privately(home.resolve(".config/hushbus/config.yaml"), text, "rw-------");
  }

  private void token(String profile, String mode) throws IOException {
    privately(home.resolve(".config/hushbus/tokens").resolve(profile), "hsb_x\n", mode);
  }

  private void devEnv(String address, String mode) throws IOException {
    privately(
        home.resolve("work/project/deep/.hushbus/dev.env"),
        "HUSHBUS_ADDR=" + address + "\nHUSHBUS_TOKEN=hsb_dev\nHUSHBUS_APP_TOKEN=hsb_app\n",
        mode);
  }

  private static void privately(Path file, String text, String mode) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void beside_a_development_broker_a_task_leases_as_the_account_of_scripts() throws IOException {
    devEnv("http://127.0.0.1:8420", "rw-------");
    Path project = Files.createDirectories(home.resolve("work/project/deep"));
    Surroundings around = Surrounded.by(Map.of("HOME", home.toString()), project).surroundings();

    assertThat(new Settings(around, Map.of(), true).token().value()).isEqualTo("hsb_app");
    assertThat(new Settings(around, Map.of(), false).token().value()).isEqualTo("hsb_dev");
  }

  @Test
  void the_strongest_source_counts_for_each_setting() throws IOException {
    config(
        """
        profiles:
          default:
            addr: https://profile.example
            project: of-profile
            domain: of-profile
            environment: of-profile
            format: yaml
        """);
    privately(
        home.resolve("work/.hushbus.yaml"),
        "project: of-file\ndomain: of-file\nenvironment: of-file\n",
        "rw-r--r--");
    environment.put("HUSHBUS_PROJECT", "of-variable");
    environment.put("HUSHBUS_DOMAIN", "of-variable");
    Settings settings = settings(Map.of(Setting.PROJECT, "of-flag"));
    assertThat(settings.value(Setting.PROJECT)).contains("of-flag");
    assertThat(settings.value(Setting.DOMAIN)).contains("of-variable");
    assertThat(settings.value(Setting.ENVIRONMENT)).contains("of-file");
    assertThat(settings.value(Setting.FORMAT)).contains("yaml");
    assertThat(settings.address().value()).isEqualTo("https://profile.example");
    assertThat(settings.find(Setting.ENVIRONMENT).orElseThrow().origin().where())
        .isEqualTo(home.resolve("work/.hushbus.yaml").toString());
  }

  @Test
  void a_named_profile_is_as_strong_as_what_named_it() throws IOException {
    config("profiles: {other: {addr: 'https://other.example'}}");
    token("other", "rw-------");
    environment.put("HUSHBUS_ADDR", "https://variable.example");
    environment.put("HUSHBUS_TOKEN", "hsb_variable");
    assertThat(settings().address().value()).isEqualTo("https://variable.example");
    Settings named = settings(Map.of(Setting.PROFILE, "other"));
    assertThat(named.address().value()).isEqualTo("https://other.example");
    assertThat(named.token().value()).endsWith("tokens/other");
    environment.put("HUSHBUS_PROFILE", "other");
    assertThat(settings().address().value()).isEqualTo("https://variable.example");
  }

  @Test
  void a_token_is_not_sent_to_an_address_from_a_weaker_source() throws IOException {
    config("profiles: {default: {addr: 'https://profile.example'}}");
    environment.put("HUSHBUS_TOKEN", "hsb_variable");
    assertThatThrownBy(() -> settings().token())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("HUSHBUS_ADDR")
        .hasMessageNotContaining("hsb_variable");
    environment.put("HUSHBUS_PROFILE", "default");
    assertThat(settings().token().value()).isEqualTo("hsb_variable");
  }

  @Test
  void variables_of_other_products_count_last_and_do_not_redirect_our_token() throws IOException {
    environment.put("VAULT_ADDR", "https://vault.example");
    environment.put("VAULT_TOKEN", "hvs.x");
    assertThat(settings().address().value()).isEqualTo("https://vault.example");
    assertThat(settings().token().value()).isEqualTo("hvs.x");
    environment.put("HUSHBUS_TOKEN", "hsb_ours");
    assertThatThrownBy(() -> settings().token()).hasMessageContaining("VAULT_ADDR");
    environment.put("HUSHBUS_ADDR", "https://ours.example");
    assertThat(settings().token().value()).isEqualTo("hsb_ours");
    environment.remove("HUSHBUS_TOKEN");
    assertThat(settings().token().value())
        .as("a stronger address was given by the user")
        .isEqualTo("hvs.x");
  }

  @Test
  void a_projects_file_may_say_ids_alone() throws IOException {
    Path file = home.resolve("work/.hushbus.yaml");
    privately(file, "project: demo\naddr: https://evil.example\n", "rw-r--r--");
    assertThatThrownBy(this::settings).hasMessageContaining("could take your token");
    privately(file, "token_file: /tmp/x\n", "rw-r--r--");
    assertThatThrownBy(this::settings).hasMessageContaining("must not say `token_file`");
    privately(file, "projekt: demo\n", "rw-r--r--");
    assertThatThrownBy(this::settings).hasMessageContaining("unknown");
    privately(file, "project: [a, b\n", "rw-r--r--");
    assertThatThrownBy(this::settings).hasMessageContaining("not YAML");
    privately(file, "project: demo\n", "rw-r--rw-");
    assertThatThrownBy(this::settings).hasMessageContaining("others can write it");
  }

  @Test
  void dev_env_counts_only_where_nothing_else_names_a_broker() throws IOException {
    devEnv("http://127.0.0.1:8420", "rw-------");
    assertThat(settings().token().value()).isEqualTo("hsb_dev");
    environment.put("HUSHBUS_ADDR", "https://variable.example");
    assertThatThrownBy(() -> settings().token()).hasMessageContaining("no token");
  }

  @Test
  void a_dev_env_of_others_or_that_leads_elsewhere_is_not_taken() throws IOException {
    devEnv("http://127.0.0.1:8420", "rw-r--r--");
    assertThatThrownBy(() -> settings().token()).hasMessageContaining("others can read it");
    devEnv("http://127.0.0.1.evil.example:8420", "rw-------");
    assertThatThrownBy(() -> settings().token()).hasMessageContaining("not this machine's");
    devEnv("http://127.0.0.1@evil.example", "rw-------");
    assertThatThrownBy(() -> settings().token()).hasMessageContaining("not this machine's");
  }

  @Test
  void a_token_file_that_others_can_read_is_refused() throws IOException {
    config("profiles: {default: {addr: 'https://profile.example'}}");
    token("default", "rw-r--r--");
    Settings settings = settings();
    Access access = new Access(Surrounded.by(environment, home).surroundings(), settings);
    assertThatThrownBy(access::client).hasMessageContaining("others can read it");
  }

  @Test
  void a_users_file_holds_no_token_and_nothing_unknown() throws IOException {
    config("profiles: {default: {token: hsb_x}}");
    assertThatThrownBy(this::settings)
        .hasMessageContaining("must hold no token")
        .hasMessageNotContaining("hsb_x");
    config("profile: {}");
    assertThatThrownBy(this::settings).hasMessageContaining("unknown");
    config("current: other\nprofiles: {default: {}}");
    assertThatThrownBy(this::settings).hasMessageContaining("there is no profile other");
  }

  @Test
  void profiles_are_written_so_that_only_their_owner_sees_them() throws IOException {
    environment.put("HOME", home.toString());
    Surrounded user = Surrounded.by(environment, home);
    assertThat(user.run("config", "profile", "set", "prod", "addr=https://p.example", "project=a"))
        .isZero();
    assertThat(user.run("config", "profile", "use", "prod")).isZero();
    Path file = home.resolve(".config/hushbus/config.yaml");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(user.run("config", "profile", "list", "-o", "json")).isZero();
    assertThat(user.out()).contains("\"name\": \"prod\"", "\"current\": true");
    assertThat(user.run("config", "explain")).isZero();
    assertThat(user.out()).contains("https://p.example", "profile prod in " + file);
    assertThat(user.run("config", "profile", "set", "../x", "project=a")).isEqualTo(Exit.USAGE);
    assertThat(user.run("config", "profile", "set", "x", "token=a")).isEqualTo(Exit.USAGE);
  }

  @Test
  void no_token_is_ever_shown() throws IOException {
    environment.put("HOME", home.toString());
    environment.put("HUSHBUS_TOKEN", "hsb_very_secret");
    Surrounded user = Surrounded.by(environment, home);
    for (String format : new String[] {"table", "json", "yaml"}) {
      assertThat(user.run("config", "explain", "-o", format)).isZero();
      assertThat(user.out() + user.err()).contains("(hidden)").doesNotContain("hsb_very_secret");
    }
  }
}
