package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that a task needs.
 *
 * @param secret by the name that the task's scope resolves
 * @param key only this entry of it
 * @param optional whether the task can do without
 * @param maxDelay how long taking in a new value may take at most
 */
public record Need(
    SecretName secret,
    Optional<EntryName> key,
    Target target,
    boolean optional,
    Reload reload,
    Optional<Duration> maxDelay) {

  /** The most needs of one environment. */
  public static final int MOST = 256;

  /**
   * Refuses a prefix beside a key, and {@code file} as the way to take in a variable.
   *
   * @throws Failure.Invalid at the field
   */
  public Need {
    if (target instanceof Target.Usual usual && usual.prefix().isPresent() && key.isPresent()) {
      throw Failure.invalid("/prefix", Failure.Code.NOT_ALLOWED);
    }
    if (!(target instanceof Target.Mount) && reload.equals(Reload.FILE)) {
      throw Failure.invalid("/reload", Failure.Code.NOT_ALLOWED);
    }
    if (maxDelay.filter(delay -> delay.isZero()).isPresent()) {
      throw Failure.invalid("/max_delay", Failure.Code.OUT_OF_RANGE);
    }
  }

  /** The usual way to take in a new value, for what is put there. */
  static Reload usual(Target target) {
    return target instanceof Target.Mount ? Reload.FILE : Reload.RESTART;
  }

  /** What the MAC of its environment covers. */
  Canonical canonical(Canonical row) {
    Canonical next =
        row.text(secret.text())
            .text(key.map(EntryName::text).orElse(null))
            .flag(optional)
            .text(reload.word())
            .number(maxDelay.map(Duration::toSeconds).orElse(-1L));
    return switch (target) {
      case Target.Variable(String name) -> next.text("variable").text(name).text(null);
      case Target.Mount(String directory, Optional<String> fileAs) ->
          next.text("mount").text(directory).text(fileAs.orElse(null));
      case Target.Usual(Optional<String> prefix) ->
          next.text("usual").text(prefix.orElse(null)).text(null);
    };
  }

  /**
   * The variables that it sets for a secret of one value, or for one key. None where that takes the
   * keys.
   */
  List<String> variables() {
    return switch (target) {
      case Target.Variable(String name) -> List.of(name);
      case Target.Mount mount -> List.of();
      case Target.Usual(Optional<String> prefix) ->
          prefix.isPresent() ? List.of() : usualNames(secret.text());
    };
  }

  private static List<String> usualNames(String secret) {
    String upper = spelled(secret).toUpperCase(Locale.ROOT);
    return upper.equals(secret) ? List.of(secret) : List.of(secret, upper);
  }

  /** A name as that of a variable. */
  static String spelled(String name) {
    String letters = name.replaceAll("[^A-Za-z0-9_]", "_");
    return Character.isDigit(letters.charAt(0)) ? "_" + letters : letters;
  }

  /** The file, or the directory of files, that it makes. */
  Optional<String> path() {
    return target instanceof Target.Mount mount
        ? Optional.of(mount.directory() + "/" + mount.fileAs().orElse(secret.text()))
        : Optional.empty();
  }

  /**
   * What of all the needs can be seen to meet in one variable or file, whatever the secrets are.
   *
   * @return a fault for each need that meets an earlier one
   */
  static List<Failure.Field> clashes(List<Need> needs) {
    Taken taken = new Taken();
    List<Failure.Field> faults = new ArrayList<>();
    for (int i = 0; i < needs.size(); i++) {
      Need need = needs.get(i);
      if (taken.takes(need.variables(), need.path().stream().toList())) {
        faults.add(new Failure.Field("/" + i + need.field(), Failure.Code.DUPLICATE_KEY));
      }
    }
    return faults;
  }

  /** The field that says where it goes. */
  private String field() {
    return switch (target) {
      case Target.Variable variable -> "/as_env_var";
      case Target.Mount(String directory, Optional<String> fileAs) ->
          fileAs.isPresent() ? "/file_as" : "/mount";
      case Target.Usual usual -> "";
    };
  }
}
