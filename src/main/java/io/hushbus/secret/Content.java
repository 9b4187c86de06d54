package io.hushbus.secret;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.util.Optional;

/**
 * A payload as a request brought it, checked against the type of the secret it is for.
 *
 * @param shape the type that the request's fields imply; empty when they fit any type (entries by
 *     name)
 * @param pointer the field that brought it, for faults to be told of
 */
public record Content(Optional<SecretType> shape, Payload payload, String pointer)
    implements AutoCloseable {

  private static final String ENTRIES = "/data";

  private static final int MAX_DEPTH = 32;

  /** Reads UTF-8 alone: others would read a document in another encoding as none. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(1 << 20)
                  .build())
          .build();

  /** The content of the field that is usual for its shape. */
  public Content(Optional<SecretType> shape, Payload payload) {
    this(shape, payload, shape.map(Content::field).orElse(ENTRIES));
  }

  /** The field that the content of a type comes in. */
  public static String field(SecretType type) {
    return switch (type) {
      case KEY_VALUE -> ENTRIES;
      case FILE -> "/content_base64";
      case TEXT, JSON, DOCKER_CONFIG -> "/value";
    };
  }

  /**
   * Checks that this may be the content of a secret of {@code type}.
   *
   * @throws Failure.Invalid if the fields imply another type, a single entry is not alone or is
   *     misnamed, a JSON document is not one, or the whole is over {@code maxBytes}
   */
  void check(SecretType type, int maxBytes) {
    if (payload.size() > maxBytes) {
      throw Failure.invalid(pointer, Failure.Code.VALUE_TOO_LARGE);
    }
    if (shape.isPresent() && !fits(shape.get(), type)) {
      throw Failure.invalid(pointer, Failure.Code.TYPE_MISMATCH);
    }
    switch (type) {
      case KEY_VALUE -> {}
      case FILE -> single(false);
      case TEXT -> single(true);
      case JSON -> document(single(true));
      case DOCKER_CONFIG -> credentials(single(true));
    }
  }

  /** A JSON document may be sent as JSON or, pasted, as the text of one. */
  private static boolean fits(SecretType implied, SecretType type) {
    return implied == type
        || ((implied == SecretType.TEXT || implied == SecretType.JSON)
            && (type == SecretType.JSON || type == SecretType.DOCKER_CONFIG));
  }

  private SecretValue single(boolean named) {
    var first = payload.entries().firstEntry();
    if (payload.entries().size() != 1 || (named && !first.getKey().equals(EntryName.VALUE))) {
      throw Failure.invalid(pointer, Failure.Code.TYPE_MISMATCH);
    }
    return first.getValue();
  }

  private void document(SecretValue value) {
    if (!value.reveal(Content::isJson)) {
      throw Failure.invalid(entry(), Failure.Code.MALFORMED_JSON);
    }
  }

  /** A fault has a place within the document only where that is a part of the request's own. */
  private void credentials(SecretValue value) {
    value
        .reveal(bytes -> DockerConfig.fault(JSON, bytes))
        .ifPresent(
            fault -> {
              boolean inline = shape.filter(SecretType.JSON::equals).isPresent();
              throw Failure.invalid(entry() + (inline ? fault.pointer() : ""), fault.code());
            });
  }

  /** The field that brought the one entry. */
  private String entry() {
    return shape.isPresent() ? pointer : pointer + "/" + EntryName.VALUE.text();
  }

  static Boolean isJson(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException malformed) {
      return false;
    }
  }

  @Override
  public void close() {
    payload.close();
  }
}
