package io.hushbus.rotation;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the new value of a rotation comes from. */
public sealed interface Source {

  /** What is generated. */
  public enum Kind {
    PASSWORD,
    BYTES,
    UUID,
    ED25519,
    RSA;

    /** Whether it is a pair of keys, which makes two entries. */
    boolean isPair() {
      return this == ED25519 || this == RSA;
    }
  }

  /**
   * The broker makes it.
   *
   * @param length of a password in characters, of bytes, of an RSA key in bits; else 0
   * @param alphabet of a password; else empty
   * @param key the entry of a key_value secret that it is for; the others stay
   */
  record Generate(Kind kind, int length, String alphabet, Optional<EntryName> key)
      implements Source {

    public static final String ALPHABET =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public Generate {
      switch (kind) {
        case PASSWORD -> {
          between(length, 8, 1024);
          checkAlphabet(alphabet);
        }
        case BYTES -> between(length, 8, 4096);
        case RSA -> {
          if (length != 2048 && length != 3072 && length != 4096) {
            throw Failure.invalid("/generate/length", Failure.Code.OUT_OF_RANGE);
          }
        }
        case UUID, ED25519 -> {
          if (length != 0) {
            throw Failure.invalid("/generate/length", Failure.Code.NOT_ALLOWED);
          }
        }
      }
      if (kind != Kind.PASSWORD && !alphabet.isEmpty()) {
        throw Failure.invalid("/generate/alphabet", Failure.Code.NOT_ALLOWED);
      }
      if (kind.isPair() && key.isPresent()) {
        throw Failure.invalid("/generate/key", Failure.Code.NOT_ALLOWED);
      }
    }

    private static void between(int length, int least, int most) {
      if (length < least || length > most) {
        throw Failure.invalid("/generate/length", Failure.Code.OUT_OF_RANGE);
      }
    }

    private static void checkAlphabet(String alphabet) {
      boolean visible = alphabet.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
      boolean distinct = alphabet.chars().distinct().count() == alphabet.length();
      if (!visible || !distinct || alphabet.length() < 10) {
        throw Failure.invalid("/generate/alphabet", Failure.Code.NOT_ALLOWED);
      }
    }
  }

  /**
   * A person brings it: told before it is due, and once it is overdue.
   *
   * @param remind how long before
   */
  record Manual(Duration remind) implements Source {}

  /**
   * A service of the tenant brings it, and puts it to use where it is valid.
   *
   * @param url that is called
   */
  record Hook(String url) implements Source {}

  /** The word for its kind. */
  default String word() {
    return switch (this) {
      case Generate generate -> "generate";
      case Manual manual -> "manual";
      case Hook hook -> "hook";
    };
  }

  /** As it is kept: lines, which none of its parts can have. */
  default String text() {
    return switch (this) {
      case Generate generate ->
          String.join(
              "\n",
              generate.kind().name(),
              Integer.toString(generate.length()),
              generate.alphabet(),
              generate.key().map(EntryName::text).orElse(""));
      case Manual manual -> Long.toString(manual.remind().toSeconds());
      case Hook hook -> hook.url();
    };
  }

  static Source of(String word, String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    return switch (word) {
      case "generate" ->
          new Generate(
              Kind.valueOf(lines.get(0)),
              Integer.parseInt(lines.get(1)),
              lines.get(2),
              Optional.of(lines.get(3)).filter(key -> !key.isEmpty()).map(EntryName::new));
      case "manual" -> new Manual(Duration.ofSeconds(Long.parseLong(lines.getFirst())));
      case "hook" -> new Hook(lines.getFirst());
      default -> throw new IllegalArgumentException("no source is kept under another word");
    };
  }
}
