package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure.Code;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of names, DESIGN 3.1: at their edges, and against look-alikes and tricks. */
final class NamesTest {

  private static final String LONGEST = "a" + "b".repeat(62);

  @ParameterizedTest
  @ValueSource(strings = {"abc", "a-b", "a_9", "Db-Password", "A1Z", "x--y", "x__y"})
  void good_names_of_secrets(String text) {
    assertThat(new SecretName(text).text()).isEqualTo(text);
  }

  /** Besides shapes: Cyrillic a, full-width A, bidi and zero-width marks, combining accent. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "ab",
        "1ab",
        "-ab",
        "_ab",
        "ab-",
        "ab_",
        "a b",
        "a.b",
        "a/b",
        "a\\b",
        "a%2fb",
        "../x",
        "abc\n",
        "\nabc",
        "abc\0",
        "abc ",
        " abc",
        "a\tb",
        "\u0430bc",
        "\uff21bc",
        "ab\u202ec",
        "ab\u200bc",
        "abc\u0301",
        "\u212aey",
        "ab\u0131c",
        "\ud83d\ude00abc",
        "abc\ud83d"
      })
  void bad_names_of_secrets(String text) {
    refused(SecretName::new, text, Code.BAD_SECRET_NAME);
  }

  @Test
  void lengths_of_names_at_their_edges() {
    assertThat(new SecretName(LONGEST).text()).hasSize(63);
    refused(SecretName::new, LONGEST + "c", Code.BAD_SECRET_NAME);
    assertThat(new ObjectName("ab").text()).isEqualTo("ab");
    assertThat(new ObjectName(LONGEST).text()).hasSize(63);
    refused(ObjectName::new, "a", Code.BAD_NAME);
    refused(ObjectName::new, LONGEST + "c", Code.BAD_NAME);
    assertThat(new EntryName("k".repeat(127)).text()).hasSize(127);
    refused(EntryName::new, "k".repeat(128), Code.BAD_ENTRY_NAME);
    assertThat(new TenantName("t".repeat(63)).text()).hasSize(63);
    refused(TenantName::new, "t".repeat(64), Code.BAD_TENANT_NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", ".", "..", "-", "_", "gcs-key.json", "A.b_C-9"})
  void good_names_of_entries(String text) {
    assertThat(new EntryName(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "a:b", "k\n", "\u00e9", "a=b", "k\0"})
  void bad_names_of_entries(String text) {
    refused(EntryName::new, text, Code.BAD_ENTRY_NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "9", "acme", "a-b", "0x0", "xn--bcher-kva"})
  void good_names_of_tenants(String text) {
    assertThat(new TenantName(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Acme", "-a", "a-", "a_b", "a.b", "acme\n", "\u0430cme"})
  void bad_names_of_tenants(String text) {
    refused(TenantName::new, text, Code.BAD_TENANT_NAME);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root",
        "system",
        "sys",
        "auth",
        "admin",
        "default",
        "v1",
        "api",
        "ui",
        "identity"
      })
  void reserved_names_of_tenants(String text) {
    refused(TenantName::new, text, Code.RESERVED_NAME);
  }

  @Test
  void names_that_differ_in_case_fold_into_one() {
    assertThat(new SecretName("Db-PASSWORD").folded())
        .isEqualTo(new SecretName("dB-password").folded());
    assertThat(new ObjectName("DEMO").folded()).isEqualTo("demo");
    assertThat(new SecretName("TITLE").folded()).isEqualTo("title");
  }

  @Property
  void whatever_is_refused_is_not_repeated(@ForAll String text) {
    for (Function<String, ?> kind :
        java.util.List.<Function<String, ?>>of(
            SecretName::new, ObjectName::new, EntryName::new, TenantName::new)) {
      try {
        assertThat(kind.apply(text).toString()).isEqualTo(text);
      } catch (Failure.Invalid refused) {
        assertThat(refused.fields()).hasSize(1);
        assertThat(refused.fields().getFirst().pointer()).isEmpty();
        assertThat(refused.getMessage())
            .matches("invalid: \\[Field\\[pointer=, code=[A-Z_]+\\]\\]");
      }
    }
  }

  static void refused(Function<String, ?> kind, String text, Code code) {
    assertThatThrownBy(() -> kind.apply(text))
        .isInstanceOfSatisfying(
            Failure.Invalid.class,
            invalid -> assertThat(invalid.fields()).containsExactly(new Failure.Field("", code)));
  }
}
