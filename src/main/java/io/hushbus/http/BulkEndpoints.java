package io.hushbus.http;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.SecretName;
import io.hushbus.secret.BulkWrites;
import io.hushbus.secret.Secret;
import io.hushbus.secret.Secrets;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /secrets/bulk}: metadata of many secrets in one answer, each item with its own outcome. An
 * item that may not be seen looks like one that is not there; what concerns the whole broker, such
 * as a database that is away, fails the whole request.
 */
final class BulkEndpoints {

  private static final String KIND = "secret";

  private final Scopes scopes;
  private final Secrets secrets;
  private final BulkItems items;
  private final BulkWrites writes;

  BulkEndpoints(Scopes scopes, Secrets secrets, BulkWrites writes) {
    this.scopes = scopes;
    this.secrets = secrets;
    this.items = new BulkItems(scopes);
    this.writes = writes;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("bulkSecrets", this::bulk);
  }

  /** A scope by the names in an item. */
  private record Place(Optional<ObjectName> project, Optional<ObjectName> domain) {

    /** Names that differ in case alone are one. */
    String key() {
      return project.map(ObjectName::folded).orElse("")
          + '/'
          + domain.map(ObjectName::folded).orElse("");
    }
  }

  /** One item of the request. */
  private record Asked(int at, SecretName name, Place place) {

    static Asked of(int at, JsonObject item) {
      return new Asked(
          at,
          new SecretName(item.getString("name")),
          new Place(named(item, "project"), named(item, "domain")));
    }

    private static Optional<ObjectName> named(JsonObject item, String field) {
      return Optional.ofNullable(item.getString(field)).map(ObjectName::new);
    }
  }

  /** An item and what became of it: a failed future is the problem of this item alone. */
  private record Outcome(Asked asked, Future<Secret> head) {}

  /** Reading makes nothing, so that a key under which it would be done once means nothing. */
  private Future<Answer> bulk(Call call) {
    boolean reads = call.body().json().containsKey("read");
    if (reads == call.body().json().containsKey("write")) {
      throw Failure.invalid("", reads ? Failure.Code.NOT_ALLOWED : Failure.Code.MISSING_FIELD);
    }
    return reads ? read(call) : write(call);
  }

  private Future<Answer> write(Call call) {
    return items
        .of(call)
        .compose(found -> writes.write(found.items(), found.faults()))
        .map(heads -> Answer.ok(json -> json.array("write", heads, SecretEndpoints::secret)));
  }

  private Future<Answer> read(Call call) {
    List<Asked> asked = asked(call.body().json().getJsonArray("read"));
    return outcomes(call, asked)
        .map(all -> Answer.ok(json -> json.array("read", all, BulkEndpoints::item)));
  }

  private static List<Asked> asked(JsonArray items) {
    List<Asked> asked = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      asked.add(Asked.of(i, items.getJsonObject(i)));
    }
    return asked;
  }

  /** One scope after the other, so that one request holds one connection at a time. */
  private Future<List<Outcome>> outcomes(Call call, List<Asked> asked) {
    Map<String, List<Asked>> byPlace = new LinkedHashMap<>();
    asked.forEach(
        one -> byPlace.computeIfAbsent(one.place().key(), key -> new ArrayList<>()).add(one));
    Outcome[] found = new Outcome[asked.size()];
    Future<Void> done = Future.succeededFuture();
    for (List<Asked> together : byPlace.values()) {
      done =
          done.compose(before -> inOnePlace(call, together))
              .map(
                  outcomes -> {
                    outcomes.forEach(outcome -> found[outcome.asked().at()] = outcome);
                    return null;
                  });
    }
    return done.map(all -> List.of(found));
  }

  private Future<List<Outcome>> inOnePlace(Call call, List<Asked> together) {
    Place place = together.getFirst().place();
    return scopes
        .named(call, place.project(), place.domain(), Action.SECRET_READ_METADATA, KIND)
        .compose(
            at -> secrets.many(at.grant(), at.scope(), together.stream().map(Asked::name).toList()))
        .map(heads -> together.stream().map(one -> outcome(one, heads)).toList())
        .recover(cause -> refused(together, cause));
  }

  private static Outcome outcome(Asked asked, Map<String, Future<Secret>> heads) {
    Future<Secret> head = heads.get(asked.name().folded());
    return new Outcome(asked, head == null ? Future.failedFuture(Failure.missing(KIND)) : head);
  }

  private static Future<List<Outcome>> refused(List<Asked> together, Throwable cause) {
    return switch (cause) {
      case Failure.Denied denied -> all(together, Failure.missing(KIND));
      case Failure.Missing missing -> all(together, missing);
      case Failure.Invalid unknown -> all(together, unknown);
      default -> Future.failedFuture(cause);
    };
  }

  private static Future<List<Outcome>> all(List<Asked> together, Failure failure) {
    return Future.succeededFuture(
        together.stream()
            .map(one -> new Outcome(one, Future.failedFuture(placed(one, failure))))
            .toList());
  }

  /** A scope that is unknown is told of the item that named it. */
  private static Failure placed(Asked asked, Failure failure) {
    return failure instanceof Failure.Invalid invalid
        ? Failure.invalid(
                invalid.fields().stream()
                    .map(
                        field -> new Failure.Field(field.pointer().replace('?', '/'), field.code()))
                    .toList())
            .at("/read/" + asked.at())
        : failure;
  }

  private static void item(JsonWriter json, Outcome outcome) {
    Asked asked = outcome.asked();
    json.field("name", asked.name().text())
        .field("project", asked.place().project().map(ObjectName::text))
        .field("domain", asked.place().domain().map(ObjectName::text));
    if (outcome.head().succeeded()) {
      json.object("secret", inner -> SecretEndpoints.secret(inner, outcome.head().result()));
    } else {
      json.object("problem", inner -> Problems.within(inner, outcome.head().cause()));
    }
  }
}
