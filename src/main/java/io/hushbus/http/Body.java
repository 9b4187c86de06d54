package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A checked request body: an ordinary tree, and beside it the values, which the tree shows only by
 * an empty stand-in of the same JSON kind.
 *
 * <p>The values belong to the body: they are overwritten when the request is over. Whoever needs
 * one longer takes a copy.
 */
public final class Body implements AutoCloseable {

  static final Body NONE = new Body(new JsonObject(), Map.of(), new byte[32]);

  /**
   * One value as it came.
   *
   * @param bytes of a string its UTF-8, of base64 the decoded bytes, of other JSON the JSON itself
   * @param json the JSON as it was sent, white space within it included
   * @param string whether it was a JSON string
   */
  public record Value(SecretValue bytes, SecretValue json, boolean string) {

    void close() {
      bytes.close();
      json.close();
    }
  }

  private final Object tree;
  private final Map<String, Value> values;
  private final byte[] digest;
  private final List<Failure.Field> faults;

  Body(Object tree, Map<String, Value> values, byte[] digest) {
    this(tree, values, digest, List.of());
  }

  /**
   * @param faults what was found wrong with single fields in reading; a stand-in is in their place
   */
  Body(Object tree, Map<String, Value> values, byte[] digest, List<Failure.Field> faults) {
    this.tree = tree;
    this.values = values;
    this.digest = digest;
    this.faults = List.copyOf(faults);
  }

  /**
   * The item at {@code index} of an array of objects, as a body of its own. Its values stay this
   * body's.
   */
  Body item(String field, int index) {
    String prefix = "/" + field + "/" + index + "/";
    Map<String, Value> own = new LinkedHashMap<>();
    values.forEach(
        (pointer, value) -> {
          if (pointer.startsWith(prefix)) {
            own.put(pointer.substring(prefix.length() - 1), value);
          }
        });
    return new Body(json().getJsonArray(field).getJsonObject(index), own, digest);
  }

  /** The ordinary fields. */
  public JsonObject json() {
    return (JsonObject) tree;
  }

  /** What was found wrong with single fields in reading; a call is never made with any. */
  List<Failure.Field> faults() {
    return faults;
  }

  /** The tree, of whatever kind, before it is checked. */
  Object tree() {
    return tree;
  }

  /** The text field of that name, if it is there. */
  public Optional<String> text(String field) {
    return Optional.ofNullable(json().getString(field));
  }

  /** The text field of that name, which the contract requires. */
  public String required(String field) {
    return text(field).orElseThrow(() -> Failure.invalid("/" + field, Failure.Code.MISSING_FIELD));
  }

  /** The value in the field of that name, such as {@code value} or {@code content_base64}. */
  public Optional<Value> value(String field) {
    return Optional.ofNullable(values.get("/" + field));
  }

  /** The values by key in the object of that name, such as {@code data}; in the order they came. */
  public SequencedMap<String, Value> values(String field) {
    String prefix = "/" + field + "/";
    SequencedMap<String, Value> found = new LinkedHashMap<>();
    values.forEach(
        (pointer, value) -> {
          if (pointer.startsWith(prefix)) {
            found.put(pointer.substring(prefix.length()), value);
          }
        });
    return found;
  }

  /** The fields that brought a value as it is, as pointers to them or to what they are in. */
  Set<String> valueFields() {
    return values.keySet().stream()
        .map(pointer -> pointer.replaceFirst("^(/[^/]*)/.*$", "$1"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * SHA-256 of the body as it was sent, to be keyed before it is kept: it may stand for a value
   * that can be guessed.
   */
  public byte[] digest() {
    return digest.clone();
  }

  @Override
  public void close() {
    values.values().forEach(Value::close);
  }

  @Override
  public String toString() {
    return "Body[hidden]";
  }
}
