package io.hushbus.secret;

import io.hushbus.model.EntryName;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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

  /** Whether a secret under that name is let through, for those that no statement has filtered. */
  boolean passes(Secret head, SecretName name) {
    return head.labels().entrySet().containsAll(labels.entrySet())
        && name.folded().startsWith(prefix)
        && type.filter(wanted -> wanted != head.type()).isEmpty()
        && (text.isEmpty() || mentions(head, name));
  }

  private boolean mentions(Secret head, SecretName name) {
    Stream<String> labelled =
        head.labels().entrySet().stream()
            .flatMap(label -> Stream.of(label.getKey(), label.getValue()));
    return Stream.of(
            Stream.of(name.text(), head.description()),
            labelled,
            head.entryNames().stream().map(EntryName::text))
        .flatMap(texts -> texts)
        .anyMatch(one -> one.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)));
  }
}
