package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.SecretJson;
import io.hushbus.model.SecretValue;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A value that was asked for, on its way to standard output. One value goes as it is, byte for
 * byte, but to a terminal, which must not act on it; several go with their keys.
 */
final class Revealed {

  private final Session session;
  private final SecretJson answer;
  private final PrintStream out;

  Revealed(Session session, SecretJson answer) {
    this.session = session;
    this.answer = answer;
    this.out = session.around().out();
  }

  void show(Optional<String> key) {
    SequencedMap<String, SecretValue> values = answer.takeAll("/data");
    try {
      show(values, key);
    } finally {
      values.values().forEach(SecretValue::close);
    }
    out.flush();
  }

  private void show(SequencedMap<String, SecretValue> values, Optional<String> key) {
    if (key.isPresent()) {
      raw(chosen(values, key.get()));
      return;
    }
    switch (session.format()) {
      case TABLE -> table(values);
      case ENV -> values.forEach(this::variable);
      case JSON -> out.print(JsonText.of(tree(values)));
      case YAML -> out.print(YamlText.of(tree(values)));
    }
  }

  private static SecretValue chosen(Map<String, SecretValue> values, String key) {
    return Optional.ofNullable(values.get(key))
        .orElseThrow(
            () ->
                new CommandFailure(
                    Exit.NOT_FOUND,
                    "there is no such key: it has " + Visible.text(values.keySet().toString())));
  }

  private void table(SequencedMap<String, SecretValue> values) {
    if (values.size() == 1) {
      raw(values.firstEntry().getValue());
    } else {
      values.forEach((key, value) -> out.println(Visible.text(key) + "  " + visible(value)));
    }
  }

  private void raw(SecretValue value) {
    if (session.around().screen()) {
      out.println(visible(value));
    } else {
      value.<Boolean>reveal(
          bytes -> {
            out.write(bytes, 0, bytes.length);
            return true;
          });
    }
  }

  private void variable(String key, SecretValue value) {
    if (!Body.isText(value)) {
      throw new CommandFailure(
          Exit.GENERAL, "the value of a key is no text: use --key, or -o json for base64");
    }
    String name = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    String shown = session.around().screen() ? Visible.text(text(value)) : text(value);
    out.println(name + "='" + shown.replace("'", "'\\''") + "'");
  }

  private SequencedMap<String, @Nullable Object> tree(Map<String, SecretValue> values) {
    SequencedMap<String, @Nullable Object> tree = new LinkedHashMap<>(answer.rest().fields());
    Map<String, Object> data = new LinkedHashMap<>();
    Map<String, Object> base64 = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          if (Body.isText(value)) {
            data.put(key, text(value));
          } else {
            base64.put(key, value.reveal(Base64.getEncoder()::encodeToString));
          }
        });
    tree.put("data", data);
    if (!base64.isEmpty()) {
      tree.put("data_base64", base64);
    }
    return tree;
  }

  private static String visible(SecretValue value) {
    return Body.isText(value)
        ? Visible.text(text(value))
        : "(" + value.size() + " bytes that are no text: use --key with a file to write to)";
  }

  /** As text at last: a person asked to see it, and it is about to be printed. */
  private static String text(SecretValue value) {
    return value.reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
