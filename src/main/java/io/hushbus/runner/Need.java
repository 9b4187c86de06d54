package io.hushbus.runner;

import io.hushbus.model.EntryName;
import io.hushbus.model.SecretName;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One thing that a child needs.
 *
 * @param key only this entry of the secret
 * @param optional whether it can do without
 * @param reload empty: as is usual for what is put there
 */
public record Need(
    SecretName secret,
    Optional<EntryName> key,
    Target target,
    boolean optional,
    Optional<Reload> reload) {

  /** How it takes in a new value: a file is looked at, and a variable needs a new start. */
  Reload way() {
    return reload.orElseGet(
        () -> target instanceof Target.File ? new Reload.Files() : Reload.RESTART);
  }

  public Need reloading(Reload way) {
    return new Need(secret, key, target, optional, Optional.of(way));
  }

  /**
   * A variable, from {@code NAME=secret[#key]}; without a name the usual ones.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static Need variable(String text) {
    int sign = text.indexOf('=');
    Target target =
        sign < 0
            ? new Target.Usual(Optional.empty())
            : new Target.Variable(text.substring(0, sign));
    return of(text.substring(sign + 1), target);
  }

  /**
   * Variables for all keys, from {@code PREFIX=secret}; the prefix may be empty.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static Need prefixed(String text) {
    int sign = text.indexOf('=');
    String prefix = sign < 0 ? "" : text.substring(0, sign);
    if (sign < 0 || !(prefix.isEmpty() || prefix.matches(Target.Variable.RULE))) {
      throw new IllegalArgumentException("write PREFIX=secret, where PREFIX begins a variable");
    }
    Need need = of(text.substring(sign + 1), new Target.Usual(Optional.of(prefix)));
    if (need.key().isPresent()) {
      throw new IllegalArgumentException("a prefix is for all keys of a secret: leave out #key");
    }
    return need;
  }

  /**
   * A file, from {@code PATH=secret[#key]}; without a path in the private directory alone.
   *
   * @param directory what a relative path begins in
   * @throws IllegalArgumentException with a sentence
   */
  public static Need file(String text, Path directory) {
    int sign = text.lastIndexOf('=');
    if (sign < 0) {
      return of(text, new Target.File(Optional.empty()));
    }
    Path path = directory.resolve(text.substring(0, sign)).normalize();
    if (sign == 0 || path.getFileName() == null || text.charAt(sign - 1) == '/') {
      throw new IllegalArgumentException("write PATH=secret[#key], where PATH names a file");
    }
    return of(text.substring(sign + 1), new Target.File(Optional.of(path)));
  }

  private static Need of(String reference, Target target) {
    Reference to = Reference.loose(reference);
    return new Need(to.secret(), to.key(), target, to.optional(), Optional.empty());
  }
}
