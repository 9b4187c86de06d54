package io.hushbus.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.audit.ExportItem.Header;
import io.hushbus.audit.ExportItem.Signed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is done to an export is found, and named by the first record it shows at. */
class TamperingTest {

  static final List<ExportItem> CHAIN = Chains.chain(12, Set.of(5, 10));

  /** One line of {@code tampering.txt}. */
  record Scenario(String name, String script, String beside, String outcome) {

    private static Scenario of(String line) {
      String[] parts = line.split(" ; ", -1);
      return new Scenario(parts[0].strip(), parts[1].strip(), parts[2].strip(), parts[3].strip());
    }

    Optional<InputStream> checkpoints() {
      return beside.equals("checkpoints") || beside.equals("both")
          ? Optional.of(stream(resource("golden-checkpoints.jsonl")))
          : Optional.empty();
    }

    List<byte[]> pinned() {
      return beside.equals("pinned") || beside.equals("both")
          ? List.of(Chains.signer(7).publicKey())
          : List.of();
    }

    String tampered() {
      return new Tampering(resource("golden.jsonl")).apply(script);
    }
  }

  static Stream<Scenario> scenarios() {
    return resource("tampering.txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(Scenario::of);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void tampering_is_named(Scenario scenario) throws IOException {
    Verdict verdict =
        OfflineVerification.verify(
            stream(scenario.tampered()), scenario.checkpoints(), scenario.pinned());

    assertThat(outcome(verdict)).isEqualTo(scenario.outcome());
  }

  @Test
  void the_golden_export_is_what_the_broker_writes() {
    assertThat(Chains.text(CHAIN)).isEqualTo(resource("golden.jsonl"));
    assertThat(Chains.text(CHAIN.stream().filter(item -> item instanceof Signed).toList()))
        .isEqualTo(resource("golden-checkpoints.jsonl"));
  }

  @Test
  void no_byte_of_an_export_can_be_changed() throws IOException {
    byte[] golden = Chains.text(Chains.chain(3, Set.of(2, 3))).getBytes(UTF_8);

    for (int i = 0; i < golden.length; i++) {
      byte[] flipped = golden.clone();
      flipped[i] ^= 1;
      Verdict verdict =
          OfflineVerification.verify(
              new ByteArrayInputStream(flipped), Optional.empty(), List.of());
      assertThat(verdict).as("byte %d", i).isInstanceOf(Verdict.Broken.class);
    }
  }

  @Test
  void nothing_can_be_cut_off_unnoticed() throws IOException {
    byte[] golden = Chains.text(Chains.chain(3, Set.of(2, 3))).getBytes(UTF_8);

    for (int length = 0; length < golden.length; length++) {
      Verdict verdict =
          OfflineVerification.verify(
              new ByteArrayInputStream(golden, 0, length), Optional.empty(), List.of());
      assertThat(verdict).as("%d bytes", length).isInstanceOf(Verdict.Broken.class);
    }
  }

  @Test
  void a_verifier_that_trusts_stored_hashes_is_caught() {
    assertThat(escaped((previous, tenant, entry) -> true, Checkpoint::signedBy)).isNotEmpty();
  }

  @Test
  void a_verifier_that_forgets_the_record_before_is_caught() {
    Link forgetful =
        (previous, tenant, entry) ->
            Link.SEALED.holds(previous, tenant, entry) || entry.sequence() == 6;

    assertThat(escaped(forgetful, Checkpoint::signedBy)).contains("kind of resource edited");
  }

  @Test
  void a_verifier_that_skips_signatures_is_caught() {
    assertThat(escaped(Link.SEALED, (checkpoint, key) -> true)).contains("checkpoint time edited");
  }

  @Test
  void a_verifier_without_a_flaw_passes_all() {
    assertThat(escaped(Link.SEALED, Checkpoint::signedBy)).isEmpty();
  }

  @Test
  void a_checkpoint_file_with_two_histories_is_refused() throws Exception {
    Checkpoint other =
        Chains.KEYS.sign(
            Chains.TENANT, new ChainHead(5, new byte[32], 0), Chains.START, Optional.empty());
    String file = resource("golden-checkpoints.jsonl") + Chains.text(List.of(new Signed(other)));

    Verdict verdict =
        OfflineVerification.verify(
            stream(resource("golden.jsonl")), Optional.of(stream(file)), List.of());

    assertThat(outcome(verdict)).isEqualTo("REWRITTEN 5");
  }

  /** The scenarios for whose tampering a verifier with these rules does not give the outcome. */
  private static List<String> escaped(Link link, BiPredicate<Checkpoint, byte[]> signature) {
    return scenarios()
        .filter(scenario -> scenario.beside().equals("nothing"))
        .filter(scenario -> !scenario.outcome().startsWith("MALFORMED"))
        .filter(scenario -> !outcome(verify(scenario, link, signature)).equals(scenario.outcome()))
        .map(Scenario::name)
        .toList();
  }

  private static Verdict verify(
      Scenario scenario, Link link, BiPredicate<Checkpoint, byte[]> signature) {
    List<ExportItem> items =
        scenario.tampered().lines().map(line -> ExportReader.parse(line.getBytes(UTF_8))).toList();
    Header header = (Header) items.getFirst();
    AuditVerifier verifier =
        new AuditVerifier(header, new TrustedKeys(header.keys(), signature), Anchors.none(), link);
    items.stream().skip(1).forEach(verifier::accept);
    return verifier.finish();
  }

  static String outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Sound sound -> "SOUND " + sound.records();
      case Verdict.Broken(Finding finding) -> finding.kind() + " " + finding.sequence();
    };
  }

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  static String resource(String name) {
    try (InputStream in = TamperingTest.class.getResourceAsStream("/vectors/audit/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
