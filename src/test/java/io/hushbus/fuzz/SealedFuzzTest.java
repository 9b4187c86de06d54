package io.hushbus.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.SealContext;
import io.hushbus.crypto.Sealed;
import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.support.Fuzz;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whatever is stored as a sealed value: it is one of those that were sealed, or it is refused. */
final class SealedFuzzTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final TenantId TENANT = new TenantId(new UUID(1, 1));
  private static final RootKey ROOT =
      RootKey.of(SecretValue.ofText("thirty-two bytes of key material"), RANDOM);
  private static final Keyring RING =
      Keyring.open(ROOT, TENANT, List.of(Keyring.create(ROOT, TENANT, 1, RANDOM)), 1);
  private static final Envelope ENVELOPE = new Envelope(RANDOM);

  @Test
  void any_bytes_are_one_of_those_that_were_sealed_or_refused() {
    byte[] text = sealed(Payload.ofOne(EntryName.VALUE, SecretValue.ofText("value")));
    byte[] pairs =
        sealed(
            new Payload(
                Map.of(
                    new EntryName("a"), SecretValue.ofText("1"),
                    new EntryName("b"), SecretValue.ofText("x".repeat(300)))));
    Fuzz.ofBytes(List.of(text, pairs))
        .run(
            input -> {
              ENVELOPE.open(RING, context(), Sealed.parse(input)).close();
              assertThat(List.of(text, pairs)).anyMatch(one -> java.util.Arrays.equals(one, input));
            });
  }

  private static byte[] sealed(Payload payload) {
    return ENVELOPE.seal(RING, context(), payload).bytes();
  }

  private static SealContext context() {
    return new SealContext(
        TENANT,
        SealContext.NONE,
        SealContext.NONE,
        new SecretId(new UUID(2, 2)),
        1,
        0,
        SecretType.KEY_VALUE);
  }
}
