package io.hushbus.history;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One operation as its caller saw it.
 *
 * @param process who asked; it does one thing at a time, and nothing any more after an {@code INFO}
 * @param key the secret, lease, run or reader that it is about
 * @param invoked nanoseconds by the clock of the history, just before it was sent
 * @param completed just after its answer came; {@link Long#MAX_VALUE} for {@code INFO}
 */
public record Entry(
    int process,
    String op,
    String key,
    long invoked,
    long completed,
    Outcome outcome,
    JsonObject args,
    JsonObject result) {

  public boolean ok() {
    return outcome == Outcome.OK;
  }

  public boolean info() {
    return outcome == Outcome.INFO;
  }

  boolean is(String... ops) {
    for (String one : ops) {
      if (op.equals(one)) {
        return true;
      }
    }
    return false;
  }

  /** Whether this had ended when {@code other} began. */
  boolean before(Entry other) {
    return completed < other.invoked;
  }

  OptionalInt version() {
    return number(result, "version");
  }

  OptionalInt cas() {
    return number(args, "cas");
  }

  /** The number of the value that was written, or that came back. */
  OptionalInt value() {
    OptionalInt came = number(result, "value");
    return came.isPresent() ? came : number(args, "value");
  }

  /** Whether it may show what was granted before, at the version of then. */
  boolean mayBeReplay() {
    return args.getBoolean("replay", false);
  }

  OptionalLong time(String field) {
    Long found = result.getLong(field);
    return found == null ? OptionalLong.empty() : OptionalLong.of(found);
  }

  Optional<String> result(String field) {
    return Optional.ofNullable(result.getString(field));
  }

  Optional<String> arg(String field) {
    return Optional.ofNullable(args.getString(field));
  }

  boolean refusedFor(String reason) {
    return outcome == Outcome.FAIL && result("reason").filter(reason::equals).isPresent();
  }

  /** Who takes the newest version under a lease has read its secret. */
  Entry asRead() {
    return ok() && is("advance") && arg("secret").isPresent()
        ? new Entry(
            process, "read", arg("secret").orElseThrow(), invoked, completed, outcome, args, result)
        : this;
  }

  /** As if nobody had heard its answer. */
  Entry unheard() {
    return new Entry(
        process, op, key, invoked, Long.MAX_VALUE, Outcome.INFO, args, new JsonObject());
  }

  private static OptionalInt number(JsonObject in, String field) {
    Integer found = in.getInteger(field);
    return found == null ? OptionalInt.empty() : OptionalInt.of(found);
  }

  /** One line of a history's file. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("process", process)
        .put("op", op)
        .put("key", key)
        .put("invoked", invoked)
        .put("completed", completed)
        .put("outcome", outcome.name())
        .put("args", args)
        .put("result", result);
  }
}
