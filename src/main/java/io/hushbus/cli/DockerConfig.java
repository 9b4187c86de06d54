package io.hushbus.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Credentials of image registries in the form of a Docker configuration, put together in bytes: a
 * password never becomes a string on its way.
 */
final class DockerConfig {

  private static final JsonFactory JSON = new JsonFactory();

  private byte[] text = new byte[1024];
  private int size;

  private DockerConfig() {}

  /** Of one registry, where somebody has this name and password. */
  static SecretValue of(String registry, String user, SecretValue password) {
    DockerConfig config = new DockerConfig();
    config.add("{\"auths\":{" + JsonText.quoted(registry) + ":{\"username\":");
    config.add(JsonText.quoted(user) + ",\"password\":");
    config.quoted(password);
    config.add(",\"auth\":\"");
    config.base64(user, password);
    return config.ended("\"}}}");
  }

  /**
   * What a Docker configuration holds for these registries; for all of them if none is named.
   *
   * @throws CommandFailure if it holds nothing for one of them
   */
  static SecretValue of(byte[] file, Collection<String> registries) {
    Map<String, int[]> found = places(file);
    Collection<String> wanted = registries.isEmpty() ? found.keySet() : registries;
    DockerConfig config = new DockerConfig();
    config.add("{\"auths\":{");
    String between = "";
    for (String registry : wanted) {
      int[] place = found.get(registry);
      if (place == null || place[1] - place[0] < 8) {
        throw failure(
            "holds no login of %s: log in there, or give --username; logins that a credential helper keeps are not in the file"
                .formatted(Visible.text(registry)));
      }
      config.add(between + JsonText.quoted(registry) + ":");
      config.add(file, place[0], place[1]);
      between = ",";
    }
    if (between.isEmpty()) {
      throw failure("holds no login");
    }
    return config.ended("}}");
  }

  /** Where the objects under {@code auths} begin and end. */
  private static Map<String, int[]> places(byte[] file) {
    Map<String, int[]> places = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(file)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw failure("is no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean logins = parser.currentName().equals("auths");
        parser.nextToken();
        if (logins && parser.currentToken() == JsonToken.START_OBJECT) {
          logins(parser, places);
        } else {
          parser.skipChildren();
        }
      }
      return places;
    } catch (IOException malformed) {
      throw failure("is no JSON");
    }
  }

  private static void logins(JsonParser parser, Map<String, int[]> places) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String registry = parser.currentName();
      parser.nextToken();
      int from = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      places.put(registry, new int[] {from, (int) parser.currentLocation().getByteOffset()});
    }
  }

  private static CommandFailure failure(String what) {
    return new CommandFailure(Exit.USAGE, "the Docker configuration " + what);
  }

  private void quoted(SecretValue value) {
    add("\"");
    value.<Boolean>reveal(
        bytes -> {
          for (byte one : bytes) {
            escaped(one);
          }
          return true;
        });
    add("\"");
  }

  private void escaped(byte one) {
    if (one == '"' || one == '\\') {
      add("\\");
    }
    if (one >= 0 && one < 0x20) {
      add("\\u00" + Character.forDigit(one >> 4, 16) + Character.forDigit(one & 15, 16));
    } else {
      add(new byte[] {one}, 0, 1);
    }
  }

  private void base64(String user, SecretValue password) {
    byte[] start = (user + ":").getBytes(StandardCharsets.UTF_8);
    byte[] both =
        password.reveal(
            bytes -> {
              byte[] joined = Arrays.copyOf(start, start.length + bytes.length);
              System.arraycopy(bytes, 0, joined, start.length, bytes.length);
              return joined;
            });
    byte[] coded = Base64.getEncoder().encode(both);
    add(coded, 0, coded.length);
    Arrays.fill(both, (byte) 0);
    Arrays.fill(coded, (byte) 0);
  }

  private void add(String plain) {
    byte[] bytes = plain.getBytes(StandardCharsets.UTF_8);
    add(bytes, 0, bytes.length);
  }

  private void add(byte[] bytes, int from, int to) {
    if (text.length - size < to - from) {
      byte[] old = text;
      text = Arrays.copyOf(old, Math.max(old.length * 2, size + to - from));
      Arrays.fill(old, (byte) 0);
    }
    System.arraycopy(bytes, from, text, size, to - from);
    size += to - from;
  }

  private SecretValue ended(String end) {
    add(end);
    SecretValue value = SecretValue.owning(Arrays.copyOf(text, size));
    Arrays.fill(text, (byte) 0);
    return value;
  }
}
