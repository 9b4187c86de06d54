package io.hushbus.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers as YAML: block style, and every text in quotes that is not plainly a text. What is quoted
 * is quoted as in JSON, which YAML reads alike.
 */
final class YamlText {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./@+-]*");
  private static final Set<String> WORDS =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~");

  private YamlText() {}

  /** A tree of maps, lists, texts, numbers, booleans and null. */
  static String of(@Nullable Object tree) {
    StringBuilder text = new StringBuilder();
    value(text, tree, "");
    return text.append('\n').substring(text.charAt(0) == '\n' ? 1 : 0);
  }

  private static void value(StringBuilder text, @Nullable Object tree, String indent) {
    switch (tree) {
      case Map<?, ?> map when !map.isEmpty() ->
          map.forEach(
              (key, one) -> {
                text.append('\n').append(indent).append(scalar(String.valueOf(key))).append(':');
                below(text, one, indent + "  ");
              });
      case List<?> list when !list.isEmpty() ->
          list.forEach(
              one -> {
                text.append('\n').append(indent).append('-');
                below(text, one, indent + "  ");
              });
      case Map<?, ?> empty -> text.append("{}");
      case List<?> empty -> text.append("[]");
      case String string -> text.append(scalar(string));
      case null -> text.append("null");
      default -> text.append(tree);
    }
  }

  private static void below(StringBuilder text, @Nullable Object one, String indent) {
    boolean nested =
        (one instanceof Map<?, ?> map && !map.isEmpty())
            || (one instanceof List<?> list && !list.isEmpty());
    text.append(nested ? "" : " ");
    value(text, one, indent);
  }

  private static String scalar(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    return plain ? text : JsonText.quoted(text);
  }
}
