package io.hushbus.crypto;

import static io.hushbus.crypto.Fixtures.OTHER_SECRET;
import static io.hushbus.crypto.Fixtures.SECRET;
import static io.hushbus.crypto.Fixtures.TENANT;
import static io.hushbus.crypto.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContentDigestTest {

  private final Keyring ring = Fixtures.ring(TENANT, 1);

  @Test
  void equal_contents_of_a_secret_digest_alike() {
    assertThat(ContentDigest.of(ring, SECRET, payload("a", "one", "b", "two")))
        .isEqualTo(ContentDigest.of(ring, SECRET, payload("b", "two", "a", "one")))
        .hasSize(32);
  }

  @Test
  void other_contents_digest_otherwise() {
    byte[] digest = ContentDigest.of(ring, SECRET, payload("a", "one"));
    assertThat(ContentDigest.of(ring, SECRET, payload("a", "onf"))).isNotEqualTo(digest);
    assertThat(ContentDigest.of(ring, SECRET, payload("b", "one"))).isNotEqualTo(digest);
    assertThat(ContentDigest.of(ring, SECRET, payload("a", "one", "b", ""))).isNotEqualTo(digest);
  }

  @Test
  void nobody_sees_that_two_secrets_tenants_or_generations_have_the_same_content() {
    RootKey root = Fixtures.root(1);
    List<Keyring.WrappedKek> keks = Fixtures.keks(root, TENANT, 2);
    byte[] digest = ContentDigest.of(ring, SECRET, payload("a", "one"));
    assertThat(ContentDigest.of(ring, OTHER_SECRET, payload("a", "one"))).isNotEqualTo(digest);
    assertThat(ContentDigest.of(Fixtures.ring(TENANT, 1), SECRET, payload("a", "one")))
        .isNotEqualTo(digest);
    assertThat(ContentDigest.of(Keyring.open(root, TENANT, keks, 1), SECRET, payload("a", "one")))
        .isNotEqualTo(
            ContentDigest.of(Keyring.open(root, TENANT, keks, 2), SECRET, payload("a", "one")));
  }
}
