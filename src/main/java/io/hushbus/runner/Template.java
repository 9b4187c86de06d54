package io.hushbus.runner;

import io.hushbus.model.SecretValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A text with references, such as <code>${hushbus:secret#key}</code> or <code>
 * ${hushbus://project/domain/secret}</code>, in the places of values. With two dollars it is no
 * reference and stands for itself with one. All else passes as it is, byte for byte.
 */
public final class Template {

  private static final byte[] BEGIN = "${hushbus:".getBytes(StandardCharsets.US_ASCII);

  /** The longest that a reference may be. */
  private static final int LONGEST = 512;

  /** A piece of the text: bytes, and the reference that follows them. */
  private record Piece(byte[] text, Optional<Reference> reference) {}

  private final List<Piece> pieces;

  private Template(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Reads it.
   *
   * @param name of its file, for messages
   * @throws UnreadableFile with all references that are none, by their lines
   */
  public static Template of(byte[] text, Path name) {
    List<Piece> pieces = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    int line = 1;
    for (int at = 0; at < text.length; ) {
      if (text[at] == '$' && startsAt(text, at + 1)) {
        plain.write(text, at + 1, BEGIN.length);
        at += 1 + BEGIN.length;
      } else if (startsAt(text, at)) {
        int end = end(text, at);
        try {
          pieces.add(new Piece(plain.toByteArray(), Optional.of(reference(text, at, end))));
          plain.reset();
        } catch (IllegalArgumentException none) {
          wrong.add("line " + line + ": " + none.getMessage());
        }
        at = Math.max(end + 1, at + BEGIN.length);
      } else {
        line += text[at] == '\n' ? 1 : 0;
        plain.write(text[at++]);
      }
    }
    if (!wrong.isEmpty()) {
      throw new UnreadableFile(name, wrong);
    }
    pieces.add(new Piece(plain.toByteArray(), Optional.empty()));
    return new Template(pieces);
  }

  private static Reference reference(byte[] text, int at, int end) {
    if (end < 0) {
      throw new IllegalArgumentException("a reference that begins here has no closing brace");
    }
    return Reference.of(new String(text, at + 2, end - at - 2, StandardCharsets.UTF_8).strip());
  }

  private static boolean startsAt(byte[] text, int at) {
    int same = 0;
    while (same < BEGIN.length && at + same < text.length && text[at + same] == BEGIN[same]) {
      same++;
    }
    return same == BEGIN.length;
  }

  private static int end(byte[] text, int from) {
    for (int at = from; at < text.length && at < from + LONGEST && text[at] != '\n'; at++) {
      if (text[at] == '}') {
        return at;
      }
    }
    return -1;
  }

  /**
   * What has to be had for it.
   *
   * @throws Unmet for references that lead elsewhere than the project and domain
   */
  public List<Need> needs(Optional<String> project, Optional<String> domain) {
    List<Unmet.Reason> elsewhere = new ArrayList<>();
    Map<Reference, Need> needs = new LinkedHashMap<>();
    for (Piece piece : pieces) {
      piece.reference().ifPresent(to -> needs.put(to, need(to)));
    }
    needs.forEach(
        (to, need) -> {
          if (project.isPresent() && !to.within(project.get(), domain)) {
            elsewhere.add(
                Unmet.Reason.of(
                    need, "the reference names another project or domain than --project"));
          }
        });
    if (!elsewhere.isEmpty()) {
      throw new Unmet(elsewhere);
    }
    return List.copyOf(needs.values());
  }

  private static Need need(Reference to) {
    // A path of its own, so that nothing meets; a whole secret with keys is found by its directory.
    Path path = Path.of("/" + to.secret().folded() + to.key().map(key -> "#" + key).orElse(""));
    return new Need(
        to.secret(), to.key(), new Target.File(Optional.of(path)), to.optional(), Optional.empty());
  }

  /**
   * The text with values in place of references.
   *
   * @throws Unmet with all that are not met
   */
  public SecretValue filled(Map<String, Material> materials) {
    Map<Reference, Optional<SecretValue>> values = values(materials);
    Wiped out = new Wiped();
    for (Piece piece : pieces) {
      out.put(piece.text());
      piece.reference().flatMap(values::get).ifPresent(value -> value.reveal(out::put));
    }
    return out.value();
  }

  private Map<Reference, Optional<SecretValue>> values(Map<String, Material> materials) {
    List<Unmet.Reason> reasons = new ArrayList<>();
    Map<Reference, Optional<SecretValue>> values = new LinkedHashMap<>();
    for (Piece piece : pieces) {
      if (piece.reference().isPresent() && !values.containsKey(piece.reference().get())) {
        Reference to = piece.reference().get();
        try {
          values.put(to, value(to, materials));
        } catch (Unmet unmet) {
          reasons.addAll(unmet.reasons());
          values.put(to, Optional.empty());
        }
      }
    }
    if (!reasons.isEmpty()) {
      throw new Unmet(reasons);
    }
    return values;
  }

  private static Optional<SecretValue> value(Reference to, Map<String, Material> materials) {
    Need need = need(to);
    List<Item> items = Placer.place(List.of(need), materials, Path.of("/")).items();
    if (items.size() > 1) {
      throw new Unmet(List.of(Unmet.Reason.of(need, "name one of its keys")));
    }
    return items.stream()
        .findFirst()
        .flatMap(
            item ->
                Optional.ofNullable(materials.get(item.secret().folded()))
                    .map(one -> one.entries().get(item.entry())));
  }

  /** Bytes that leave nothing behind where they grow. */
  private static final class Wiped {
    private byte[] bytes = new byte[1024];
    private int length;

    Wiped put(byte[] more) {
      if (length + more.length > bytes.length) {
        byte[] larger = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more.length));
        Arrays.fill(bytes, (byte) 0);
        bytes = larger;
      }
      System.arraycopy(more, 0, bytes, length, more.length);
      length += more.length;
      return this;
    }

    SecretValue value() {
      byte[] exact = Arrays.copyOf(bytes, length);
      Arrays.fill(bytes, (byte) 0);
      return SecretValue.owning(exact);
    }
  }
}
