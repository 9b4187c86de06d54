package io.hushbus.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Takes a JWT (RFC 7519, compact JWS) apart, and accepts only the shape that the broker itself
 * gives its tokens: three canonical base64url segments, a flat header of alg EdDSA, kid and typ, a
 * flat set of exactly the known claims as strings and whole numbers, but for the certificate that a
 * token is bound to (cnf, RFC 8705). Anything more is refused before any signature is looked at:
 * further header members (jku, x5u, jwk, crit), duplicate keys, nesting, floating point times.
 */
final class TokenParser {

  private static final int SIGNATURE = 64;
  private static final Set<String> HEADER = Set.of("alg", "kid", "typ");
  private static final Set<String> CLAIMS =
      Set.of("iss", "aud", "sub", "tid", "key", "jti", "iat", "exp", "map", "cnf");
  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Set<Principal.Kind> SUBJECTS =
      Set.of(Principal.Kind.SERVICE_ACCOUNT, Principal.Kind.EXTERNAL);
  // 9999-12-31: later than any token, early enough for all arithmetic.
  private static final long LATEST = 253_402_300_799L;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(2)
                  .maxNameLength(16)
                  .maxStringLength(1024)
                  .maxNumberLength(12)
                  .build())
          .build();

  private TokenParser() {}

  /** The token; empty for every other text. Never throws. */
  static Optional<PresentedToken> parse(String text) {
    String[] segments = text.split("\\.", 4);
    if (text.length() > Credential.LONGEST || segments.length != 3) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(text, segments));
    } catch (IOException | IllegalArgumentException refused) {
      return Optional.empty();
    }
  }

  private static PresentedToken parse(String text, String[] segments) throws IOException {
    String keyId = keyId(flat(decoded(segments[0]), HEADER));
    TokenClaims claims = claims(flat(decoded(segments[1]), CLAIMS));
    accept(decoded(segments[2]).length == SIGNATURE);
    return new PresentedToken(text, keyId, claims);
  }

  private static String keyId(Map<String, Object> header) {
    accept(text(header, "alg").equals("EdDSA"));
    accept(!header.containsKey("typ") || text(header, "typ").equals("JWT"));
    return matching(KEY_ID, text(header, "kid"));
  }

  private static TokenClaims claims(Map<String, Object> claims) {
    return new TokenClaims(
        text(claims, "iss"),
        text(claims, "aud"),
        subject(text(claims, "sub")),
        new TenantId(uuid(text(claims, "tid"))),
        uuid(text(claims, "key")),
        uuid(text(claims, "jti")),
        time(claims, "iat"),
        time(claims, "exp"),
        held(claims),
        Optional.ofNullable((String) claims.get("cnf")));
  }

  private static Principal subject(String text) {
    int colon = text.indexOf(':');
    accept(colon > 0);
    return SUBJECTS.stream()
        .filter(kind -> kind.word().equals(text.substring(0, colon)))
        .map(kind -> new Principal(kind, uuid(text.substring(colon + 1))))
        .findFirst()
        .orElseThrow(TokenParser::refused);
  }

  /** External principals have mappings, and nobody else has. */
  private static OptionalLong held(Map<String, Object> claims) {
    boolean external = text(claims, "sub").startsWith(Principal.Kind.EXTERNAL.word());
    accept(external == claims.containsKey("map"));
    if (!external) {
      return OptionalLong.empty();
    }
    if (claims.get("map") instanceof Long bits && bits >= 0) {
      return OptionalLong.of(bits);
    }
    throw refused();
  }

  private static UUID uuid(String text) {
    return UUID.fromString(matching(UUID_TEXT, text));
  }

  private static Instant time(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof Long seconds && seconds > 0 && seconds <= LATEST) {
      return Instant.ofEpochSecond(seconds);
    }
    throw refused();
  }

  private static String text(Map<String, Object> members, String name) {
    if (members.get(name) instanceof String text) {
      return text;
    }
    throw refused();
  }

  private static String matching(Pattern pattern, String text) {
    accept(pattern.matcher(text).matches());
    return text;
  }

  /** One JSON object of strings and whole numbers, all of whose names are known. */
  private static Map<String, Object> flat(byte[] json, Set<String> known) throws IOException {
    acceptAscii(json);
    Map<String, Object> members = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      accept(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        accept(known.contains(parser.currentName()));
        String name = parser.currentName();
        members.put(name, name.equals("cnf") ? thumbprint(parser) : scalar(parser));
      }
      accept(parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null);
    }
    return members;
  }

  private static String thumbprint(JsonParser parser) throws IOException {
    accept(parser.nextToken() == JsonToken.START_OBJECT);
    accept("x5t#S256".equals(parser.nextFieldName()));
    accept(parser.nextToken() == JsonToken.VALUE_STRING);
    String text = matching(THUMBPRINT, parser.getText());
    accept(parser.nextToken() == JsonToken.END_OBJECT);
    return text;
  }

  private static Object scalar(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    accept(token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT);
    return token == JsonToken.VALUE_STRING ? parser.getText() : (Object) parser.getLongValue();
  }

  // Leaves the parser no choice of encoding: it would otherwise guess UTF-16 or UTF-32.
  private static void acceptAscii(byte[] json) {
    for (byte b : json) {
      accept(b > 0);
    }
  }

  /** Without padding, and with no other text for the same bytes. */
  private static byte[] decoded(String segment) {
    byte[] bytes = Base64.getUrlDecoder().decode(segment);
    accept(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(segment));
    return bytes;
  }

  private static void accept(boolean condition) {
    if (!condition) {
      throw refused();
    }
  }

  private static IllegalArgumentException refused() {
    return new IllegalArgumentException("not a token of this broker");
  }
}
