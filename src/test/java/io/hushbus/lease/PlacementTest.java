package io.hushbus.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hushbus.lease.Placement.Reason;
import io.hushbus.lease.Placement.Shape;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretType;
import io.hushbus.secret.EntrySize;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs may say, and where they end up. */
final class PlacementTest {

  private static final Shape TEXT = new Shape(SecretType.TEXT, List.of(entry("value", 8)));
  private static final Shape PAIRS =
      new Shape(SecretType.KEY_VALUE, List.of(entry("pass-word", 8), entry("user", 3)));

  @Test
  void a_variable_gets_the_name_that_was_chosen() {
    assertThat(variables(placed("{\"secret\":\"db-password\",\"as_env_var\":\"DB\"}", TEXT)))
        .containsExactly("DB=value");
  }

  @Test
  void without_a_place_the_variable_is_set_under_the_exact_name_and_in_upper_case() {
    assertThat(variables(placed("{\"secret\":\"db-password\"}", TEXT)))
        .containsExactly("db-password=value", "DB_PASSWORD=value");
    assertThat(variables(placed("{\"secret\":\"TOKEN\"}", TEXT))).containsExactly("TOKEN=value");
    assertThat(variables(placed("{\"secret\":\"db-password\",\"key\":\"user\"}", PAIRS)))
        .containsExactly("db-password=user", "DB_PASSWORD=user");
  }

  @Test
  void a_whole_key_value_secret_gives_one_variable_for_each_key() {
    assertThat(variables(placed("{\"secret\":\"db-conf\"}", PAIRS)))
        .containsExactly("pass_word=pass-word", "user=user");
    assertThat(variables(placed("{\"secret\":\"db-conf\",\"prefix\":\"DB_\"}", PAIRS)))
        .containsExactly("DB_pass_word=pass-word", "DB_user=user");
  }

  @Test
  void a_file_is_called_as_the_secret_or_as_is_said() {
    assertThat(files(placed("{\"secret\":\"gcs-key\",\"mount\":\"/etc/keys\"}", TEXT)))
        .containsExactly("/etc/keys/gcs-key=value");
    assertThat(
            files(
                placed(
                    "{\"secret\":\"gcs-key\",\"mount\":\"/etc/keys\",\"file_as\":\"k.json\"}",
                    TEXT)))
        .containsExactly("/etc/keys/k.json=value");
    assertThat(files(placed("{\"secret\":\"db-conf\",\"mount\":\"/etc/keys\"}", PAIRS)))
        .containsExactly("/etc/keys/db-conf/pass-word=pass-word", "/etc/keys/db-conf/user=user");
  }

  @Test
  void what_a_secret_is_may_not_fit() {
    assertThat(problem("{\"secret\":\"db-conf\",\"as_env_var\":\"DB\"}", PAIRS))
        .isEqualTo("WRONG_TYPE NEEDS_KEY");
    assertThat(problem("{\"secret\":\"db-conf\",\"key\":\"nothing\"}", PAIRS))
        .isEqualTo("MISSING NO_SUCH_KEY");
    assertThat(problem("{\"secret\":\"token\",\"key\":\"user\"}", TEXT))
        .isEqualTo("WRONG_TYPE HAS_NO_KEYS");
    assertThat(problem("{\"secret\":\"token\",\"prefix\":\"A_\"}", TEXT))
        .isEqualTo("WRONG_TYPE HAS_NO_KEYS");
    Shape zeros =
        new Shape(SecretType.FILE, List.of(new EntrySize(new EntryName("cert.der"), 9, true)));
    assertThat(problem("{\"secret\":\"cert\"}", zeros)).isEqualTo("WRONG_TYPE ZERO_BYTE");
    assertThat(placed("{\"secret\":\"cert\",\"mount\":\"/etc/tls\"}", zeros).outcome())
        .isEqualTo(Outcome.OK);
    Shape dots = new Shape(SecretType.KEY_VALUE, List.of(entry("..", 1)));
    assertThat(problem("{\"secret\":\"cert\",\"mount\":\"/etc/tls\"}", dots))
        .isEqualTo("WRONG_TYPE BAD_FILE_NAME");
  }

  @Test
  void a_variable_holds_what_linux_lets_it_hold_and_not_a_byte_more() {
    int most = Placement.LONGEST_VARIABLE - "DB".length() - 2;
    String need = "{\"secret\":\"token\",\"as_env_var\":\"DB\"}";
    assertThat(placed(need, text(most)).outcome()).isEqualTo(Outcome.OK);
    assertThat(placed(need, text(most + 1)).outcome()).isEqualTo(Outcome.TOO_LARGE_FOR_ENV);
    assertThat(placed("{\"secret\":\"token\",\"mount\":\"/t\"}", text(most + 1)).outcome())
        .isEqualTo(Outcome.OK);
  }

  @Test
  void keys_that_become_one_variable_clash_with_each_other() {
    Shape alike = new Shape(SecretType.KEY_VALUE, List.of(entry("a-b", 1), entry("a.b", 1)));
    assertThat(apart(Placement.of(need("{\"secret\":\"conf\"}"), alike)))
        .containsExactly(Outcome.CLASH);
  }

  @Test
  void both_who_meet_in_a_variable_or_file_clash_and_nobody_else() {
    Placement keyed = Placement.of(need("{\"secret\":\"conf\"}"), PAIRS);
    Placement named = placed("{\"secret\":\"token\",\"as_env_var\":\"user\"}", TEXT);
    Placement other = placed("{\"secret\":\"token\",\"as_env_var\":\"other\"}", TEXT);
    assertThat(apart(keyed, other, named))
        .containsExactly(Outcome.CLASH, Outcome.OK, Outcome.CLASH);
  }

  @Test
  void needs_that_meet_whatever_their_secrets_are_are_refused() {
    assertThat(faults("{'secret':'one','as_env_var':'X'}", "{'secret':'two','as_env_var':'X'}"))
        .containsExactly("/1/as_env_var DUPLICATE_KEY");
    assertThat(faults("{'secret':'db-pass'}", "{'secret':'two','as_env_var':'DB_PASS'}"))
        .containsExactly("/1/as_env_var DUPLICATE_KEY");
    assertThat(faults("{'secret':'db-pass'}", "{'secret':'db_pass'}"))
        .containsExactly("/1 DUPLICATE_KEY");
    assertThat(faults("{'secret':'db-pass','mount':'/a'}", "{'secret':'db-pass','mount':'/a'}"))
        .containsExactly("/1/mount DUPLICATE_KEY");
    assertThat(
            faults(
                "{'secret':'one','mount':'/a','file_as':'b'}", "{'secret':'two','mount':'/a/b'}"))
        .containsExactly("/1/mount DUPLICATE_KEY");
    assertThat(
            faults(
                "{'secret':'two','mount':'/a/b'}", "{'secret':'one','mount':'/a','file_as':'b'}"))
        .containsExactly("/1/file_as DUPLICATE_KEY");
    assertThat(
            faults(
                "{'secret':'one','mount':'/a'}",
                "{'secret':'two','mount':'/a'}",
                "{'secret':'conf','prefix':'A_'}",
                "{'secret':'conf','prefix':'B_'}",
                "{'secret':'ab-c','mount':'/a','file_as':'one-more'}"))
        .isEmpty();
  }

  @Test
  void every_fault_of_every_need_is_told() {
    assertThat(
            faults(
                "{'secret':'one','as_env_var':'1X'}",
                "{'secret':'two','mount':'relative'}",
                "{'secret':'two','mount':'/a/../b'}",
                "{'secret':'two','mount':'/a','file_as':'..'}",
                "{'secret':'two','as_env_var':'A','mount':'/a'}",
                "{'secret':'two','file_as':'a'}",
                "{'secret':'two','key':'k','prefix':'A_'}",
                "{'secret':'two','reload':'signal:KILL'}",
                "{'secret':'two','reload':'file'}",
                "{'secret':'two','max_delay':'0s'}",
                "{'as_env_var':'B'}"))
        .containsExactly(
            "/0/as_env_var BAD_FORMAT",
            "/1/mount BAD_FORMAT",
            "/2/mount BAD_FORMAT",
            "/3/file_as BAD_FORMAT",
            "/4/mount NOT_ALLOWED",
            "/5/file_as NOT_ALLOWED",
            "/6/prefix NOT_ALLOWED",
            "/7/reload NOT_ALLOWED",
            "/8/reload NOT_ALLOWED",
            "/9/max_delay OUT_OF_RANGE",
            "/10/secret MISSING_FIELD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/a/", "//a", "/a//b", "a", "/a/.", "/./a", "/a/..", "/a\u0001b", ""})
  void a_mount_is_absolute_and_in_its_one_spelling(String mount) {
    JsonObject need = new JsonObject().put("secret", "one").put("mount", mount);
    assertThat(catchThrowableOfType(Failure.Invalid.class, () -> NeedFields.read(need)))
        .isNotNull();
  }

  @Test
  void a_new_value_is_taken_in_by_the_file_or_a_restart_if_nothing_is_said() {
    assertThat(need("{\"secret\":\"one\",\"mount\":\"/a\"}").reload()).isEqualTo(Reload.FILE);
    assertThat(need("{\"secret\":\"one\"}").reload()).isEqualTo(Reload.RESTART);
    assertThat(need("{\"secret\":\"one\",\"reload\":\"signal:HUP\"}").reload().signal())
        .contains("HUP");
  }

  @Test
  void no_more_needs_than_there_may_be() {
    JsonArray many = new JsonArray();
    for (int i = 0; i <= Need.MOST; i++) {
      many.add(new JsonObject().put("secret", "s" + i + "x"));
    }
    assertThat(catchThrowableOfType(Failure.Invalid.class, () -> NeedFields.read("", many)))
        .isNotNull();
  }

  @Test
  void needs_are_kept_as_they_were_said() {
    for (String text :
        List.of(
            "{\"secret\":\"One\",\"key\":\"k\",\"as_env_var\":\"A\",\"reload\":\"never\"}",
            "{\"secret\":\"one\",\"mount\":\"/a\",\"file_as\":\"b\",\"max_delay\":\"90s\"}",
            "{\"secret\":\"one\",\"prefix\":\"P_\",\"optional\":true}")) {
      Need need = need(text);
      assertThat(NeedFields.read(NeedFields.write(need))).isEqualTo(need);
    }
  }

  private static EntrySize entry(String name, int bytes) {
    return new EntrySize(new EntryName(name), bytes, false);
  }

  private static Shape text(int bytes) {
    return new Shape(SecretType.TEXT, List.of(entry("value", bytes)));
  }

  private static Need need(String json) {
    return NeedFields.read(new JsonObject(json));
  }

  private static Placement placed(String need, Shape shape) {
    return Placement.of(need(need), shape);
  }

  private static String problem(String need, Shape shape) {
    Placement placement = placed(need, shape);
    return placement.outcome() + " " + placement.reason().map(Reason::name).orElse("");
  }

  private static List<Outcome> apart(Placement... all) {
    return Placement.apart(List.of(all)).stream().map(Placement::outcome).toList();
  }

  private static List<String> variables(Placement placement) {
    return placement.variables().stream().map(item -> item.name() + "=" + item.entry()).toList();
  }

  private static List<String> files(Placement placement) {
    return placement.files().stream().map(item -> item.name() + "=" + item.entry()).toList();
  }

  private static List<String> faults(String... needs) {
    JsonArray all = new JsonArray();
    Stream.of(needs).map(text -> new JsonObject(text.replace('\'', '"'))).forEach(all::add);
    Failure.Invalid refused =
        catchThrowableOfType(Failure.Invalid.class, () -> NeedFields.read("", all));
    return refused == null
        ? List.of()
        : refused.fields().stream().map(field -> field.pointer() + " " + field.code()).toList();
  }
}
