package io.hushbus.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A success, read once: as JSON, as JSON with values, or as bytes. */
public final class Answer {

  private final Reply reply;
  private final String address;

  Answer(Reply reply, String address) {
    this.reply = reply;
    this.address = address;
  }

  public int status() {
    return reply.status();
  }

  /** The first header of that name, in any case. */
  public Optional<String> header(String name) {
    return reply.header(name);
  }

  /** The id under which the broker's log and audit trail know the request. */
  public Optional<String> request() {
    return header("x-request-id");
  }

  /** How long the broker asks to wait before the next request. */
  public Optional<Duration> retryAfter() {
    return header("retry-after").filter(one -> one.matches("[0-9]{1,6}")).map(Answer::seconds);
  }

  private static Duration seconds(String text) {
    return Duration.ofSeconds(Long.parseLong(text));
  }

  /**
   * The object of an answer without values; an empty one of an answer without a body.
   *
   * @throws Unreachable if it is none: what answers is no broker
   */
  public Json json() {
    return reply.body().length == 0
        ? Json.EMPTY
        : Json.parse(reply.body()).orElseThrow(this::noBroker);
  }

  /**
   * The object of an answer with values, whose bytes are then overwritten.
   *
   * @param hidden names of fields whose text is a value, such as {@code token} or {@code key};
   *     {@code data} and {@code data_base64} always are
   * @throws Unreachable if it is none: what answers is no broker
   */
  public SecretJson secretJson(String... hidden) {
    return SecretJson.read(reply.body(), Set.of(hidden)).orElseThrow(this::noBroker);
  }

  /** What came, as it is; for answers that are no JSON. */
  public byte[] bytes() {
    return reply.body();
  }

  /** Overwrites what has not been read. */
  void wipe() {
    Arrays.fill(reply.body(), (byte) 0);
  }

  private Unreachable noBroker() {
    return new Unreachable("what answers at " + address + " is no broker");
  }

  @Override
  public String toString() {
    return "Answer[" + reply.status() + "]";
  }
}
