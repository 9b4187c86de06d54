package io.hushbus.imports;

import io.hushbus.model.SecretName;
import java.util.Map;
import java.util.Optional;

/**
 * How the one who imports wants secrets to be called.
 *
 * @param into the name of the one secret that the whole file makes, as its entries
 * @param prefix put before every name that is not given below
 * @param renames names by what the file calls them
 */
public record Wishes(Optional<SecretName> into, String prefix, Map<String, SecretName> renames) {

  /** Names as the file has them. */
  public static final Wishes NONE = new Wishes(Optional.empty(), "", Map.of());

  public Wishes {
    renames = Map.copyOf(renames);
  }
}
