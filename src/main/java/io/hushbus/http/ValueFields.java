package io.hushbus.http;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.secret.Content;
import io.hushbus.secret.ContentPatch;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The value fields of a request body, which are the same wherever a value is written: {@code
 * value}, {@code data} with {@code data_base64}, or {@code content_base64} with {@code file_name}.
 * The values stay the body's, which wipes them when the request is over.
 */
final class ValueFields {

  private ValueFields() {}

  /** The fields that each bring a value of their own; the entries count as one. */
  private static final List<String> WAYS =
      List.of("value", "data", "data_base64", "content_base64");

  /**
   * The content that a body brings in one of the three ways.
   *
   * @throws Failure.Invalid that names the field which is missing, or those which are too many
   */
  static Content content(Body body) {
    List<String> sent = WAYS.stream().filter(name -> body.json().containsKey(name)).toList();
    refuseTooMany(body, sent);
    if (body.value("value").isPresent()) {
      return single(body.value("value").get());
    }
    if (body.value("content_base64").isPresent()) {
      return file(body, body.value("content_base64").get());
    }
    Map<EntryName, SecretValue> entries = entries(body);
    if (entries.isEmpty()) {
      throw Failure.invalid(expected(body, sent), Failure.Code.VALUE_REQUIRED);
    }
    return new Content(Optional.empty(), new Payload(entries), "/" + sent.getFirst());
  }

  /** Beside the first way there may be no other, and a file's name belongs to a file. */
  private static void refuseTooMany(Body body, List<String> sent) {
    List<Failure.Field> tooMany = new ArrayList<>();
    sent.stream()
        .skip(1)
        .filter(name -> !(name.equals("data_base64") && sent.getFirst().equals("data")))
        .forEach(name -> tooMany.add(Pointers.fault("/" + name, Failure.Code.NOT_ALLOWED)));
    if (body.json().containsKey("file_name")
        && !sent.isEmpty()
        && !sent.contains("content_base64")) {
      tooMany.add(Pointers.fault("/file_name", Failure.Code.NOT_ALLOWED));
    }
    if (!tooMany.isEmpty()) {
      throw Failure.invalid(tooMany);
    }
  }

  /** Where the value should have been: in the field that was sent empty, or that the type has. */
  private static String expected(Body body, List<String> sent) {
    return sent.isEmpty()
        ? body.text("type").flatMap(SecretType::of).map(Content::field).orElse("")
        : "/" + sent.getFirst();
  }

  /** The same where a value may be left out; empty if it is. */
  static Optional<Content> given(Body body) {
    boolean any =
        body.value("value").isPresent()
            || body.value("content_base64").isPresent()
            || body.json().containsKey("data")
            || body.json().containsKey("data_base64");
    return any ? Optional.of(content(body)) : Optional.empty();
  }

  /** The changes of a merge patch: {@code null} removes an entry. */
  static ContentPatch patch(Body body) {
    return patch(body, body.json(), "");
  }

  /** The same in the body's object of that name, if there is one. */
  static Optional<ContentPatch> patch(Body body, String field) {
    return Optional.ofNullable(body.json().getJsonObject(field))
        .map(inner -> patch(body, inner, field + "/"));
  }

  private static ContentPatch patch(Body body, JsonObject tree, String prefix) {
    Map<EntryName, Optional<SecretValue>> changes = new LinkedHashMap<>();
    JsonObject data = tree.getJsonObject("data", new JsonObject());
    data.fieldNames().stream()
        .filter(name -> data.getValue(name) == null)
        .forEach(name -> changes.put(entry("/" + prefix + "data", name), Optional.empty()));
    entries(body, prefix).forEach((name, value) -> changes.put(name, Optional.of(value)));
    if (changes.isEmpty()) {
      throw Failure.invalid("/" + prefix + "data", Failure.Code.VALUE_REQUIRED);
    }
    return new ContentPatch(changes);
  }

  private static Content single(Body.Value value) {
    SecretType shape = value.string() ? SecretType.TEXT : SecretType.JSON;
    SecretValue bytes = value.string() ? value.bytes() : value.json();
    return new Content(Optional.of(shape), Payload.ofOne(EntryName.VALUE, bytes));
  }

  private static Content file(Body body, Body.Value bytes) {
    EntryName name = entry("/file_name", body.required("file_name"));
    return new Content(Optional.of(SecretType.FILE), Payload.ofOne(name, bytes.bytes()));
  }

  private static Map<EntryName, SecretValue> entries(Body body) {
    return entries(body, "");
  }

  private static Map<EntryName, SecretValue> entries(Body body, String prefix) {
    Map<EntryName, SecretValue> entries = new LinkedHashMap<>();
    body.values(prefix + "data")
        .forEach((name, value) -> entries.put(entry("/" + prefix + "data", name), value.bytes()));
    body.values(prefix + "data_base64")
        .forEach(
            (name, value) -> {
              if (entries.put(entry("/" + prefix + "data_base64", name), value.bytes()) != null) {
                throw Failure.invalid(
                    Pointers.shown("/" + prefix + "data_base64/" + name),
                    Failure.Code.DUPLICATE_KEY);
              }
            });
    return entries;
  }

  private static EntryName entry(String pointer, String text) {
    try {
      return new EntryName(text);
    } catch (Failure.Invalid refused) {
      throw refused.at(pointer);
    }
  }
}
