package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.crypto.ApiKey;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One pair of credentials, sent one way. */
final class ClientCredentialsTest {

  private static final String ID = "11111111-1111-4111-8111-111111111111";
  private final String key = ApiKey.generate(new SecureRandom()).text();

  @Test
  void form_fields_and_the_basic_scheme_say_the_same() {
    var form = ClientCredentials.of(Optional.empty(), Optional.of(ID), form(key));
    var basic = ClientCredentials.of(basic(ID + ":" + key), Optional.empty(), Optional.empty());
    assertThat(form.account()).isEqualTo(UUID.fromString(ID)).isEqualTo(basic.account());
    assertThat(form.key().value().matches(basic.key().value())).isTrue();
    assertThat(form.toString()).doesNotContain(key);
  }

  @Test
  void the_name_may_repeat_and_must_agree() {
    assertThat(ClientCredentials.of(basic(ID + ":" + key), Optional.of(ID), Optional.empty()))
        .isNotNull();
    refused(basic(ID + ":" + key), Optional.of(new UUID(0, 1).toString()), Optional.empty());
  }

  @Test
  void anything_else_is_refused_alike() {
    refused(Optional.empty(), Optional.empty(), Optional.empty());
    refused(Optional.empty(), Optional.of(ID), Optional.empty());
    refused(Optional.empty(), Optional.of("1-1-1-1-1"), form(key));
    refused(Optional.empty(), Optional.of(ID), form(key + "x"));
    refused(Optional.empty(), Optional.of(ID), form("\u00e9".repeat(26) + "x"));
    refused(basic(ID + ":" + key), Optional.of(ID), form(key));
    for (String text : List.of("", ":", ID, ID + ":", ":" + key, "%zz:" + key)) {
      refused(basic(text), Optional.empty(), Optional.empty());
    }
    refused(Optional.of("Basic !!!"), Optional.empty(), Optional.empty());
    refused(Optional.of("Bearer " + key), Optional.of(ID), Optional.empty());
    refused(Optional.of("Basic " + "A".repeat(600)), Optional.empty(), Optional.empty());
  }

  private static Optional<SecretValue> form(String text) {
    return Optional.of(SecretValue.ofText(text));
  }

  private static Optional<String> basic(String pair) {
    byte[] bytes = pair.getBytes(StandardCharsets.US_ASCII);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  private static void refused(
      Optional<String> header, Optional<String> id, Optional<SecretValue> secret) {
    assertThatThrownBy(() -> ClientCredentials.of(header, id, secret))
        .isInstanceOf(Failure.Unauthenticated.class);
  }
}
