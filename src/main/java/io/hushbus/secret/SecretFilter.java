package io.hushbus.secret;

import io.hushbus.model.SecretType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a list of secrets is narrowed to. All conditions hold together.
 *
 * @param labels each of these labels with this text
 * @param prefix how the name begins, without regard to case; empty for any
 * @param text what a name, a label, the name of an entry or the description contains, without
 *     regard to case; empty for anything
 */
public record SecretFilter(
    Map<String, String> labels, String prefix, Optional<SecretType> type, String text) {

  /** Lets every secret through. */
  public static final SecretFilter NONE = new SecretFilter(Map.of(), "", Optional.empty(), "");

  public SecretFilter {
    labels = Map.copyOf(labels);
    prefix = prefix.toLowerCase(Locale.ROOT);
  }
}
