package io.hushbus.secret;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hushbus.model.Failure.Code;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Image-pull credentials as {@code docker login} writes them: an object whose {@code auths} has a
 * member for each registry, with {@code auth} (base64 of {@code user:password}), {@code username}
 * and {@code password}, or a token. Other members are left to those who pull. The document is kept
 * byte for byte; this only says whether it will work.
 *
 * <p>Credentials are looked at as bytes and overwritten; none becomes a string.
 */
final class DockerConfig {

  private static final int MOST_REGISTRIES = 100;

  /** A host with an optional scheme, port and path. */
  private static final Pattern REGISTRY =
      Pattern.compile("(https?://)?[A-Za-z0-9][A-Za-z0-9.:/_-]{0,254}");

  /**
   * A fault.
   *
   * @param pointer into the document; never names a registry
   */
  record Fault(String pointer, Code code) {}

  /** What was found at one registry. */
  private static final class Login {
    private boolean auth;
    private boolean user;
    private boolean password;
    private boolean token;

    boolean complete() {
      return auth || token || (user && password);
    }
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;

    private Refused(String pointer, Code code) {
      super(code.word(), null, false, false);
      this.fault = new Fault(pointer, code);
    }
  }

  private final byte[] document;
  private final JsonParser parser;

  private DockerConfig(byte[] document, JsonParser parser) {
    this.document = document;
    this.parser = parser;
  }

  /** What is wrong with the document; empty if nothing is. */
  static Optional<Fault> fault(JsonFactory json, byte[] document) {
    // Base64 is read over line ends within a string, where JSON has none: that is seen here alone.
    if (!Content.isJson(document)) {
      return Optional.of(new Fault("", Code.MALFORMED_JSON));
    }
    try (JsonParser parser = json.createParser(document)) {
      new DockerConfig(document, parser).read();
      return Optional.empty();
    } catch (Refused refused) {
      return Optional.of(refused.fault);
    } catch (IOException malformed) {
      return Optional.of(new Fault("", Code.MALFORMED_JSON));
    }
  }

  private void read() throws IOException {
    object(parser.nextToken(), "");
    boolean found = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean auths = parser.currentName().equals("auths");
      JsonToken value = parser.nextToken();
      if (auths) {
        found = true;
        auths(value);
      } else {
        parser.skipChildren();
      }
    }
    require(found, "/auths", Code.MISSING_FIELD);
    require(parser.nextToken() == null, "", Code.MALFORMED_JSON);
  }

  private void auths(JsonToken value) throws IOException {
    object(value, "/auths");
    int registries = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      registries++;
      require(registries <= MOST_REGISTRIES, "/auths", Code.TOO_LONG);
      require(REGISTRY.matcher(parser.currentName()).matches(), "/auths", Code.BAD_FORMAT);
      login(parser.nextToken());
    }
    require(registries > 0, "/auths", Code.TOO_SHORT);
  }

  private void login(JsonToken value) throws IOException {
    object(value, "/auths");
    Login login = new Login();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "auth" -> login.auth = auth();
        case "username" -> login.user = text();
        case "password" -> login.password = text();
        case "identitytoken", "registrytoken" -> login.token |= text();
        default -> parser.skipChildren();
      }
    }
    require(login.complete(), "/auths", Code.VALUE_REQUIRED);
  }

  /** {@code docker login} leaves an empty one where a helper has the credentials. */
  private boolean auth() throws IOException {
    if (!text()) {
      return false;
    }
    byte[] login = decoded();
    try {
      int colon = 0;
      while (colon < login.length && login[colon] != ':') {
        colon++;
      }
      require(colon > 0 && colon < login.length, "/auths", Code.BAD_FORMAT);
      return true;
    } finally {
      Arrays.fill(login, (byte) 0);
    }
  }

  private byte[] decoded() throws IOException {
    try {
      return parser.getBinaryValue();
    } catch (IOException | IllegalArgumentException notBase64) {
      throw new Refused("/auths", Code.BAD_BASE64);
    }
  }

  /** Whether the string at hand has anything in it: its bytes say so without making a text. */
  private boolean text() {
    require(parser.currentToken() == JsonToken.VALUE_STRING, "/auths", Code.WRONG_TYPE);
    int start = (int) parser.currentTokenLocation().getByteOffset();
    require(start + 1 < document.length, "", Code.MALFORMED_JSON);
    return document[start + 1] != '"';
  }

  private static void object(JsonToken token, String pointer) {
    require(token == JsonToken.START_OBJECT, pointer, Code.WRONG_TYPE);
  }

  private static void require(boolean holds, String pointer, Code code) {
    if (!holds) {
      throw new Refused(pointer, code);
    }
  }
}
