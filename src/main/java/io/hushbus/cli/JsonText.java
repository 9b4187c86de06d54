package io.hushbus.cli;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers as JSON text for people and programs: two spaces, fields in the broker's order, and
 * nothing in it that a terminal would act upon.
 */
final class JsonText {

  private JsonText() {}

  /** A tree of maps, lists, texts, numbers, booleans and null. */
  static String of(@Nullable Object tree) {
    StringBuilder text = new StringBuilder();
    value(text, tree, "\n");
    return text.append('\n').toString();
  }

  private static void value(StringBuilder text, @Nullable Object tree, String indent) {
    switch (tree) {
      case Map<?, ?> map -> group(text, "{}", map.entrySet(), indent, JsonText::field);
      case List<?> list ->
          group(text, "[]", list, indent, (to, item) -> value(to.text, item, to.indent));
      case String string -> text.append(quoted(string));
      case null -> text.append("null");
      default -> text.append(tree);
    }
  }

  private record To(StringBuilder text, String indent) {}

  private static void field(To to, Map.Entry<?, ?> field) {
    to.text.append(quoted(String.valueOf(field.getKey()))).append(": ");
    value(to.text, field.getValue(), to.indent);
  }

  private static <T> void group(
      StringBuilder text,
      String brackets,
      Iterable<? extends T> items,
      String indent,
      BiConsumer<To, T> write) {
    String inner = indent + "  ";
    String between = "";
    text.append(brackets.charAt(0));
    for (T item : items) {
      text.append(between).append(inner);
      write.accept(new To(text, inner), item);
      between = ",";
    }
    text.append(between.isEmpty() ? "" : indent).append(brackets.charAt(1));
  }

  static String quoted(String string) {
    StringBuilder text = new StringBuilder(string.length() + 2).append('"');
    for (int at = 0; at < string.length(); at++) {
      text.append(shown(string.charAt(at)));
    }
    return text.append('"').toString();
  }

  private static String shown(char one) {
    return switch (one) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      default -> Visible.acts(one) ? Visible.escape(one) : String.valueOf(one);
    };
  }
}
