package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** What the head of a request must be, before and after its sender is known. No state. */
final class HeadRules {

  static final int HEADERS = 100;
  private static final String NO_ENCODING = "identity";

  private HeadRules() {}

  /** Caps and framing: what must hold before anything else is looked at. */
  static void framing(HttpServerRequest request) {
    MultiMap headers = request.headers();
    if (headers.entries().size() > HEADERS) {
      throw new Refusal(ProblemType.HEADERS_TOO_LARGE);
    }
    for (String coding : headers.getAll(HttpHeaders.TRANSFER_ENCODING)) {
      if (!coding.equalsIgnoreCase("chunked")) {
        throw Failure.invalid("?Transfer-Encoding", Code.BAD_HEADER);
      }
    }
    if (headers.getAll(HttpHeaders.HOST).size() != 1) {
      throw Failure.invalid("?Host", Code.BAD_HEADER);
    }
  }

  /** The one host must be one. */
  static void authority(HttpServerRequest request) {
    if (request.authority() == null) {
      throw Failure.invalid("?Host", Code.BAD_HEADER);
    }
  }

  /** Whether the message says that a body follows. */
  static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  /** The media type that the contract knows; 415 for any other, and for every coding. */
  static String contentType(HttpServerRequest request, Set<String> known) {
    String coding = request.getHeader("Content-Encoding");
    if (coding != null && !coding.equalsIgnoreCase(NO_ENCODING)) {
      throw unsupported(known);
    }
    String[] parts =
        request.headers().get("Content-Type") == null
            ? new String[] {""}
            : request.getHeader("Content-Type").toLowerCase(Locale.ROOT).split(";", -1);
    String type = parts[0].strip();
    boolean plain =
        Arrays.stream(parts).skip(1).map(String::strip).allMatch("charset=utf-8"::equals);
    if (!known.contains(type) || !plain) {
      throw unsupported(known);
    }
    return type;
  }

  /** The length that was said, if any; 413 if it is over the cap, before a byte of it is read. */
  static OptionalInt length(HttpServerRequest request, int cap) {
    String length = request.getHeader("Content-Length");
    if (length == null) {
      return OptionalInt.empty();
    }
    if (length.length() > 10 || Long.parseLong(length) > cap) {
      throw new Refusal(ProblemType.TOO_LARGE);
    }
    return OptionalInt.of(Integer.parseInt(length));
  }

  /** 406 unless one of the media types that can be produced is accepted. */
  static void accept(HttpServerRequest request, Set<String> produces) {
    if (!produces.isEmpty()
        && request.headers().contains(HttpHeaders.ACCEPT)
        && produces.stream().noneMatch(type -> accepts(request, type))) {
      throw new Refusal(ProblemType.NOT_ACCEPTABLE);
    }
  }

  /** Whether a stream of events is asked for by name. */
  static boolean wantsEvents(HttpServerRequest request) {
    return request.headers().getAll("Accept").stream()
        .flatMap(list -> Arrays.stream(list.split(",", -1)))
        .anyMatch(range -> range.strip().startsWith("text/event-stream"));
  }

  private static boolean accepts(HttpServerRequest request, String type) {
    String family = type.substring(0, type.indexOf('/')) + "/*";
    return request.headers().getAll("Accept").stream()
        .flatMap(list -> Arrays.stream(list.toLowerCase(Locale.ROOT).split(",", -1)))
        .map(range -> range.split(";", -1))
        .filter(range -> Arrays.stream(range).map(String::strip).noneMatch("q=0"::equals))
        .map(range -> range[0].strip())
        .anyMatch(range -> range.equals("*/*") || range.equals(family) || range.equals(type));
  }

  private static Refusal unsupported(Set<String> known) {
    return new Refusal(
        ProblemType.UNSUPPORTED_MEDIA_TYPE, Map.of("Accept", String.join(", ", known)));
  }
}
