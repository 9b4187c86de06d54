package io.hushbus.runner;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import java.util.Optional;

/**
 * Words that stand for a value: {@code hushbus:secret[#key]}, or {@code
 * hushbus://project[/domain]/secret[#key]}, which says from where it is looked for. A {@code ?} at
 * the end: one can do without.
 *
 * @param project empty: that of the run
 */
public record Reference(
    Optional<String> project,
    Optional<String> domain,
    SecretName secret,
    Optional<EntryName> key,
    boolean optional) {

  private static final String SCHEME = "hushbus:";

  /** Whether the text says that it is one. */
  static boolean is(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * @throws IllegalArgumentException with a sentence, if the text is none
   */
  public static Reference of(String text) {
    if (!is(text)) {
      throw new IllegalArgumentException("a reference begins with " + SCHEME);
    }
    return parse(text.substring(SCHEME.length()));
  }

  /** The same, where {@code hushbus:} may be left out. */
  static Reference loose(String text) {
    return parse(is(text) ? text.substring(SCHEME.length()) : text);
  }

  private static Reference parse(String text) {
    boolean optional = text.endsWith("?");
    String whole = optional ? text.substring(0, text.length() - 1) : text;
    int hash = whole.indexOf('#');
    Optional<String> key = hash < 0 ? Optional.empty() : Optional.of(whole.substring(hash + 1));
    String path = hash < 0 ? whole : whole.substring(0, hash);
    if (!path.startsWith("//")) {
      return of(Optional.empty(), Optional.empty(), path, key, optional);
    }
    String[] parts = path.substring(2).split("/", -1);
    return switch (parts.length) {
      case 2 -> of(Optional.of(parts[0]), Optional.empty(), parts[1], key, optional);
      case 3 -> of(Optional.of(parts[0]), Optional.of(parts[1]), parts[2], key, optional);
      default ->
          throw new IllegalArgumentException("write hushbus://project[/domain]/secret[#key]");
    };
  }

  private static Reference of(
      Optional<String> project,
      Optional<String> domain,
      String secret,
      Optional<String> key,
      boolean optional) {
    return new Reference(project, domain, name(secret), key.map(Reference::entry), optional);
  }

  private static SecretName name(String text) {
    try {
      return new SecretName(text);
    } catch (Failure.Invalid refused) {
      throw new IllegalArgumentException(
          "`%s` is no name of a secret: 3 to 63 letters, digits, - and _, first a letter"
              .formatted(text),
          refused);
    }
  }

  private static EntryName entry(String text) {
    try {
      return new EntryName(text);
    } catch (Failure.Invalid refused) {
      throw new IllegalArgumentException("`%s` is no key of a secret".formatted(text), refused);
    }
  }

  /** Whether it is looked for from there. */
  boolean within(String project, Optional<String> domain) {
    return this.project.map(one -> one.equalsIgnoreCase(project)).orElse(true)
        && (this.project.isEmpty()
            || this.domain.map(String::toLowerCase).equals(domain.map(String::toLowerCase)));
  }
}
