package io.hushbus.client;

import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request, to be filled and sent once. Sent exactly once, too: what is asked again, and when,
 * is for what stands on top.
 */
public final class Request {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int LIMIT = 16 * 1024 * 1024;

  private final Transport transport;
  private final String method;
  private final String path;
  private final List<Map.Entry<String, String>> query = new ArrayList<>();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private SecretValue token;
  private Duration deadline = DEADLINE;
  private int limit = LIMIT;
  private byte[] body = {};

  Request(Transport transport, SecretValue token, String method, String path) {
    this.transport = transport;
    this.token = token;
    this.method = method;
    this.path = path;
    headers.put("Accept", "application/json");
  }

  /** A name as a segment of a path. */
  public static String segment(String name) {
    return Call.encoded(name);
  }

  /** A parameter, encoded here; null and the empty text are skipped. May be given several times. */
  public Request query(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      query.add(Map.entry(name, value));
    }
    return this;
  }

  public Request query(String name, Optional<String> value) {
    return query(name, value.orElse(null));
  }

  public Request query(String name, long value) {
    return query(name, Long.toString(value));
  }

  /** A parameter with each of these. */
  public Request query(String name, List<String> values) {
    values.forEach(value -> query(name, value));
    return this;
  }

  public Request header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /**
   * Only if it is still as it was seen.
   *
   * @param etag as it came, in its quotes; or a bare version
   */
  public Request ifMatch(String etag) {
    boolean bare = etag.chars().allMatch(c -> c >= '0' && c <= '9');
    return header("If-Match", bare ? "\"" + etag + "\"" : etag);
  }

  /** Only if there is none yet. */
  public Request ifNoneMatch() {
    return header("If-None-Match", "*");
  }

  /** Sent again under the same key, a request that creates makes nothing twice. */
  public Request idempotencyKey(String key) {
    return header("Idempotency-Key", key);
  }

  /** A JSON object, a merge patch where the method is PATCH; wiped when the request is over. */
  public Request body(Body json) {
    wipe();
    body = json.take();
    boolean patch = method.equals("PATCH");
    return header("Content-Type", patch ? "application/merge-patch+json" : "application/json");
  }

  /** As somebody else than the client's own caller, such as a run; the token stays the caller's. */
  public Request as(SecretValue other) {
    token = other;
    return this;
  }

  /** How long to wait for the whole answer; 30 s if nothing is said. */
  public Request deadline(Duration longest) {
    deadline = longest;
    return this;
  }

  /** The most bytes that the answer may have; 16 MiB if nothing is said. */
  public Request limit(int bytes) {
    limit = bytes;
    return this;
  }

  /**
   * Waits for the answer. Not for event loops.
   *
   * @throws Refused if the broker says no
   * @throws Unreachable if there is no answer
   */
  public Answer send() {
    return Waiting.on(answered(), deadline);
  }

  /**
   * Waits for an answer without a bound, which goes to {@code to} as it comes.
   *
   * @throws Refused if the broker says no; nothing was written then
   * @throws Unreachable if the answer did not come whole, or could not be written
   */
  public void download(OutputStream to) {
    Waiting.on(
        transport.download(call(), to).onComplete(done -> wipe()).compose(this::judged), deadline);
  }

  /** The answer, on the context of the caller if it has one; fails as {@link #send} throws. */
  public Future<Answer> start() {
    return Here.CALLER.of(answered());
  }

  /** The answer on whatever thread brings it. */
  Future<Answer> answered() {
    return transport.call(call()).onComplete(done -> wipe()).compose(this::judged);
  }

  Call call() {
    if (body.length == 0 && method.equals("POST")) {
      body(Body.object());
    }
    return new Call(method, path, query, headers, body, token, deadline, limit);
  }

  private Future<Answer> judged(Reply reply) {
    return reply.status() / 100 == 2
        ? Future.succeededFuture(new Answer(reply, transport.address()))
        : Future.failedFuture(Refused.of(reply));
  }

  private void wipe() {
    Arrays.fill(body, (byte) 0);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
