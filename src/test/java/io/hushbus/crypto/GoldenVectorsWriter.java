package io.hushbus.crypto;

import static io.hushbus.crypto.Fixtures.OTHER_SECRET;
import static io.hushbus.crypto.Fixtures.OTHER_TENANT;
import static io.hushbus.crypto.Fixtures.TENANT;
import static io.hushbus.crypto.Fixtures.context;
import static io.hushbus.crypto.Fixtures.flipped;
import static io.hushbus.crypto.Fixtures.payload;

import io.hushbus.crypto.Keyring.WrappedKek;
import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Made the file of sealed vectors, once; kept to show how a file for a new format is made. It never
 * overwrites: the argument names a file that does not exist yet.
 */
final class GoldenVectorsWriter {

  private static final byte[] ROOT = Fixtures.RANDOM.generateSeed(32);

  private final StringBuilder out = new StringBuilder();
  private final Entropy entropy = new Entropy(Fixtures.RANDOM);
  private final Envelope envelope = new Envelope(Fixtures.RANDOM);
  private final SealContext here = context();
  private final Keyring one;
  private final Keyring two;

  private GoldenVectorsWriter() {
    RootKey root = RootKey.of(SecretValue.copyOf(ROOT), Fixtures.RANDOM);
    List<WrappedKek> keks = Fixtures.keks(root, TENANT, 2);
    one = Keyring.open(root, TENANT, keks, 1);
    two = Keyring.open(root, TENANT, keks, 2);
    comment(
        "Sealed format 1, suite 1. Frozen: never edited, read for ever. All keys are for tests.");
    line("root_key", hex(ROOT));
    line("tenant", TENANT.toString());
    for (WrappedKek kek : keks) {
      line("kek_%d_wrapped".formatted(kek.generation()), hex(kek.wrapped()));
      line("kek_%d_check".formatted(kek.generation()), hex(kek.check()));
    }
    out.append('\n');
  }

  public static void main(String[] arguments) throws IOException {
    Files.writeString(
        Path.of(arguments[0]),
        new GoldenVectorsWriter().written(),
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE_NEW);
  }

  private String written() {
    successes();
    headers();
    changes();
    moves();
    payloads();
    return out.toString();
  }

  private void successes() {
    opens("one text", two, here, payload("value", "hello"));
    opens("older generation", one, here, payload("value", "hello"));
    opens("several entries", two, here, payload("b", "two", "a", "one", "empty", ""));
    opens("empty value", two, here, payload("value", ""));
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Payload bytes = Payload.ofOne(new EntryName("all.bin"), SecretValue.owning(all));
    opens("all bytes", two, with(SealContext.NONE, SealContext.NONE, 9, SecretType.FILE), bytes);
    opens(
        "organization scope",
        two,
        with(SealContext.NONE, SealContext.NONE, 1, SecretType.TEXT),
        payload("value", "x"));
    opens(
        "largest version",
        two,
        with(here.project(), here.domain(), Long.MAX_VALUE, SecretType.JSON),
        payload("value", "{}"));
    Sealed old = envelope.seal(one, here, payload("value", "moved up"));
    vector(
        "rewrapped",
        "success",
        here,
        envelope.rewrap(two, here, old).bytes(),
        PayloadCodec.encode(payload("value", "moved up")));
  }

  private SealContext with(UUID project, UUID domain, long version, SecretType type) {
    return new SealContext(
        TENANT, project, domain, here.secret(), version, here.createdAtMillis(), type);
  }

  private byte[] stored() {
    return envelope.seal(two, here, payload("value", "hello")).bytes();
  }

  private static byte[] set(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    return bytes;
  }

  private void headers() {
    refused("first magic byte", "bad_magic", set(stored(), 0, 0));
    refused("second magic byte", "bad_magic", set(stored(), 1, 0x4B));
    refused("format 0", "unsupported_format", set(stored(), 2, 0));
    refused("format 2", "unsupported_format", set(stored(), 2, 2));
    refused("format 255", "unsupported_format", set(stored(), 2, 255));
    refused("suite 0", "unsupported_suite", set(stored(), 3, 0));
    refused("suite 2", "unsupported_suite", set(stored(), 3, 2));
    refused("nothing at all", "truncated", new byte[0]);
    refused("header only", "truncated", Arrays.copyOf(stored(), 8));
    refused("one byte less than the least", "truncated", Arrays.copyOf(stored(), 127));
    refused("generation 0", "bad_generation", set(stored(), 7, 0));
    refused("negative generation", "bad_generation", set(stored(), 4, 0x80));
    refused("generation nobody has", "unknown_generation", set(stored(), 7, 9));
  }

  private void changes() {
    refused("known generation, not this one's", "wrong_wrap", set(stored(), 7, 1));
    refused("wrap nonce changed", "wrong_wrap", flipped(stored(), Sealed.WRAP_NONCE_AT));
    refused("wrapped key changed", "wrong_wrap", flipped(stored(), Sealed.WRAPPED_AT));
    refused("wrap tag changed", "wrong_wrap", flipped(stored(), Sealed.NONCE_AT - 1));
    refused("commitment changed", "wrong_commitment", flipped(stored(), Sealed.COMMITMENT_AT));
    refused("commitment zero", "wrong_commitment", commitmentOf(stored(), new byte[128]));
    refused("commitment of another seal", "wrong_commitment", commitmentOf(stored(), stored()));
    refused("nonce changed", "wrong_tag", flipped(stored(), Sealed.NONCE_AT));
    refused("content changed", "wrong_tag", flipped(stored(), Sealed.CONTENT_AT));
    byte[] stored = stored();
    refused("tag changed", "wrong_tag", flipped(stored, stored.length - 1));
    refused("one byte less", "wrong_tag", Arrays.copyOf(stored, stored.length - 1));
    refused("one byte more", "wrong_tag", Arrays.copyOf(stored, stored.length + 1));
    refused("no content", "wrong_tag", Arrays.copyOf(stored, Sealed.OVERHEAD));
    byte[] spliced = Arrays.copyOf(stored(), stored.length);
    System.arraycopy(
        stored, Sealed.NONCE_AT, spliced, Sealed.NONCE_AT, stored.length - Sealed.NONCE_AT);
    refused("content of another seal", "wrong_tag", spliced);
  }

  private static byte[] commitmentOf(byte[] stored, byte[] other) {
    System.arraycopy(other, Sealed.COMMITMENT_AT, stored, Sealed.COMMITMENT_AT, Macs.SIZE);
    return stored;
  }

  private void moves() {
    UUID project = here.project();
    UUID domain = here.domain();
    moved(
        "another tenant",
        new SealContext(
            OTHER_TENANT, project, domain, here.secret(), 1, here.createdAtMillis(), here.type()));
    moved("another project", with(domain, domain, 1, here.type()));
    moved("no domain", with(project, SealContext.NONE, 1, here.type()));
    moved(
        "another secret",
        new SealContext(
            TENANT, project, domain, OTHER_SECRET, 1, here.createdAtMillis(), here.type()));
    moved("another version", with(project, domain, 2, here.type()));
    moved(
        "another time",
        new SealContext(
            TENANT, project, domain, here.secret(), 1, here.createdAtMillis() - 1, here.type()));
    moved("another type", with(project, domain, 1, SecretType.DOCKER_CONFIG));
  }

  private void moved(String name, SealContext other) {
    vector("moved to " + name, "wrong_wrap", other, stored(), new byte[0]);
  }

  private void payloads() {
    Map<String, String> bad =
        Map.of(
            "payload format 2", "02000101610000000131",
            "payload without entries", "010000",
            "payload with a byte behind", "0100010161000000013100",
            "payload not ascending", "0100020162000000013101610000000131",
            "payload with an empty name", "010001000000000131",
            "empty payload", "");
    bad.keySet().stream()
        .sorted()
        .forEach(
            name ->
                refused(
                    name,
                    "bad_payload",
                    sealedRaw(HexFormat.of().parseHex(bad.getOrDefault(name, "")))));
  }

  private byte[] sealedRaw(byte[] plain) {
    try (DataKey key = DataKey.random(entropy)) {
      byte[] stored = key.header(two, here, entropy, plain.length);
      key.encrypt(here, entropy, plain, stored);
      return stored;
    }
  }

  private void opens(String name, Keyring ring, SealContext context, Payload payload) {
    vector(
        name,
        "success",
        context,
        envelope.seal(ring, context, payload).bytes(),
        PayloadCodec.encode(payload));
  }

  private void refused(String name, String outcome, byte[] stored) {
    vector(name, outcome, here, stored, new byte[0]);
  }

  private void vector(
      String name, String outcome, SealContext context, byte[] stored, byte[] payload) {
    line("case", name);
    line("outcome", outcome);
    line("tenant", context.tenant().toString());
    line("project", context.project().toString());
    line("domain", context.domain().toString());
    line("secret", context.secret().toString());
    line("version", Long.toString(context.version()));
    line("created_at_ms", Long.toString(context.createdAtMillis()));
    line("type", context.type().word());
    line("sealed", hex(stored));
    if (outcome.equals("success")) {
      line("payload", hex(payload));
    }
    out.append('\n');
  }

  private void comment(String text) {
    out.append("# ").append(text).append('\n');
  }

  private void line(String name, String value) {
    out.append(name).append(" = ").append(value).append('\n');
  }

  private static String hex(byte[] bytes) {
    return bytes.length == 0 ? "-" : HexFormat.of().formatHex(bytes);
  }
}
