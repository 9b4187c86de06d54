package io.hushbus.secret;

import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import java.util.List;
import java.util.Optional;

/**
 * What a task would get under a name, seen from outside: nothing of it is opened.
 *
 * @param found the narrowest that the cascade has
 * @param offered whether a secret of that name is shared with the project and not adopted by it
 */
public record Sight(SecretName asked, Optional<Found> found, boolean offered) {

  /**
   * A secret as it stands.
   *
   * @param place where it was found: for an adopted one, where it was adopted
   * @param name what it is called there
   * @param shadows the wider scopes whose secret of that name it hides
   */
  public record Found(
      Secret head,
      Scope place,
      SecretName name,
      int version,
      List<EntrySize> entries,
      Optional<Adoption> adoption,
      List<Scope> shadows) {

    public Found {
      entries = List.copyOf(entries);
      shadows = List.copyOf(shadows);
    }

    public SecretType type() {
      return head.type();
    }
  }

  static Sight nothing(SecretName asked, boolean offered) {
    return new Sight(asked, Optional.empty(), offered);
  }
}
