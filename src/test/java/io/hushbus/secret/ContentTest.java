package io.hushbus.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be the content of a secret of which type. */
final class ContentTest {

  private static final int MOST = 1000;

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[1,2]", "\"text\"", "12", "null", " {\"a\":{\"b\":[]}} "})
  void a_json_document_is_taken(String document) {
    assertThatCode(() -> one(SecretType.JSON, document).check(SecretType.JSON, MOST))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "{}{}", "{\"a\":1,\"a\":2}", "nul", "{'a':1}", "[1,]", "{} x", "01"})
  void what_is_no_json_document_is_refused(String document) {
    refused(one(SecretType.JSON, document), SecretType.JSON, Failure.Code.MALFORMED_JSON);
  }

  @Test
  void json_is_as_deep_as_allowed_and_no_deeper() {
    assertThatCode(() -> nested(32).check(SecretType.JSON, MOST)).doesNotThrowAnyException();
    refused(nested(33), SecretType.JSON, Failure.Code.MALFORMED_JSON);
  }

  @Test
  void the_bytes_of_all_values_count() {
    Content fits = pairs("one", "x".repeat(500), "other", "x".repeat(500));
    Content over = pairs("one", "x".repeat(500), "other", "x".repeat(501));
    assertThatCode(() -> fits.check(SecretType.KEY_VALUE, MOST)).doesNotThrowAnyException();
    refused(over, SecretType.KEY_VALUE, Failure.Code.VALUE_TOO_LARGE);
  }

  @Test
  void fields_of_one_type_do_not_make_a_secret_of_another() {
    refused(one(SecretType.TEXT, "v"), SecretType.KEY_VALUE, Failure.Code.TYPE_MISMATCH);
    refused(one(SecretType.TEXT, "v"), SecretType.FILE, Failure.Code.TYPE_MISMATCH);
    refused(pairs("one", "1"), SecretType.TEXT, Failure.Code.TYPE_MISMATCH);
  }

  @Test
  void a_single_value_is_alone_and_named_value() {
    Content misnamed = new Content(Optional.empty(), pairs("password", "v").payload());
    refused(misnamed, SecretType.TEXT, Failure.Code.TYPE_MISMATCH);
    Content two = new Content(Optional.empty(), pairs("value", "v", "more", "v").payload());
    refused(two, SecretType.TEXT, Failure.Code.TYPE_MISMATCH);
    refused(two, SecretType.FILE, Failure.Code.TYPE_MISMATCH);
  }

  @Test
  void a_patch_sets_removes_and_leaves_alone() {
    Payload before = pairs("stays", "1", "goes", "2", "changes", "3").payload();
    ContentPatch patch =
        new ContentPatch(
            Map.of(
                new EntryName("goes"), Optional.empty(),
                new EntryName("changes"), Optional.of(SecretValue.ofText("4")),
                new EntryName("comes"), Optional.of(SecretValue.ofText("5"))));
    Payload after = patch.appliedTo(before);
    assertThat(after.entries().keySet())
        .containsExactly(new EntryName("changes"), new EntryName("comes"), new EntryName("stays"));
  }

  @Test
  void a_patch_leaves_at_least_one_entry() {
    Payload before = pairs("last", "1").payload();
    ContentPatch patch = new ContentPatch(Map.of(new EntryName("last"), Optional.empty()));
    assertThatThrownBy(() -> patch.appliedTo(before)).isInstanceOf(Failure.Invalid.class);
  }

  @Test
  void a_closed_patch_is_wiped() {
    SecretValue value = SecretValue.ofText("wiped");
    new ContentPatch(Map.of(new EntryName("one"), Optional.of(value))).close();
    assertThatThrownBy(() -> value.reveal(bytes -> bytes.length))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Content nested(int depth) {
    return one(SecretType.JSON, "[".repeat(depth) + "]".repeat(depth));
  }

  private static void refused(Content content, SecretType type, Failure.Code code) {
    assertThatThrownBy(() -> content.check(type, MOST))
        .isInstanceOfSatisfying(
            Failure.Invalid.class,
            invalid ->
                assertThat(invalid.fields()).extracting(Failure.Field::code).containsExactly(code));
  }

  private static Content one(SecretType shape, String value) {
    return new Content(
        Optional.of(shape), Payload.ofOne(EntryName.VALUE, SecretValue.ofText(value)));
  }

  private static Content pairs(String... pairs) {
    return io.hushbus.support.TenantWorld.pairs(pairs);
  }
}
