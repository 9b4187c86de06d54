package io.hushbus.http;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Field;
import io.hushbus.model.ObjectName;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.secret.BulkWrites;
import io.hushbus.secret.Content;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The items of {@code write}, with the rights to write them. What is wrong with one is noted and
 * the next one looked at, so that one answer can tell it all.
 */
final class BulkItems {

  private static final String KIND = "secret";

  private final Scopes scopes;

  BulkItems(Scopes scopes) {
    this.scopes = scopes;
  }

  /** The items that may be written, and what is wrong with the others. */
  record Found(List<BulkWrites.Item> items, List<Field> faults) {}

  /** A scope by the folded names of its parts. */
  private record Place(String project, String domain) {}

  /** The rights to make and to change secrets in one scope. */
  private record Rights(Scopes.Allowed create, Scopes.Allowed change) {}

  /** An item before its scope is known. */
  private record Parsed(String at, Body body, Content content) {

    Optional<ObjectName> named(String field) {
      return body.text(field).map(ObjectName::new);
    }

    Place place() {
      return new Place(
          named("project").map(ObjectName::folded).orElse(""),
          named("domain").map(ObjectName::folded).orElse(""));
    }
  }

  /** One scope after the other, each asked for once, however many items are in it. */
  Future<Found> of(Call call) {
    Found found = new Found(new ArrayList<>(), new ArrayList<>());
    Map<Place, Future<Rights>> rights = new HashMap<>();
    Future<Void> all = Future.succeededFuture();
    for (Parsed item : parsed(call.body(), found.faults())) {
      all =
          all.compose(
                  before ->
                      rights
                          .computeIfAbsent(item.place(), place -> rights(call, item))
                          .transform(
                              done ->
                                  done.succeeded()
                                      ? Future.succeededFuture(add(found, item, done.result()))
                                      : refuse(found, item, done.cause())))
              .mapEmpty();
    }
    return all.map(found);
  }

  private static List<Parsed> parsed(Body body, List<Field> faults) {
    List<Parsed> parsed = new ArrayList<>();
    int count = body.json().getJsonArray("write").size();
    for (int i = 0; i < count; i++) {
      String at = "/write/" + i;
      Body item = body.item("write", i);
      try {
        parsed.add(new Parsed(at, item, ValueFields.content(item)));
      } catch (Failure.Invalid refused) {
        ((Failure.Invalid) refused.at(at)).fields().forEach(faults::add);
      }
    }
    return parsed;
  }

  private Future<Rights> rights(Call call, Parsed item) {
    return named(call, item, Action.SECRET_CREATE)
        .compose(
            create ->
                named(call, item, Action.SECRET_CHANGE).map(change -> new Rights(create, change)));
  }

  private Future<Scopes.Allowed> named(Call call, Parsed item, Action action) {
    return scopes.named(call, item.named("project"), item.named("domain"), action, KIND);
  }

  private static Void add(Found found, Parsed item, Rights rights) {
    JsonObject json = item.body().json();
    Long ifMatch = json.getLong("if_match");
    found
        .items()
        .add(
            new BulkWrites.Item(
                item.at(),
                rights.create().grant(),
                rights.change().grant(),
                rights.create().scope(),
                new SecretName(item.body().required("name")),
                item.body().text("type").flatMap(SecretType::of),
                item.content(),
                ifMatch == null ? OptionalLong.empty() : OptionalLong.of(ifMatch),
                json.getBoolean("create_only", false)));
    return null;
  }

  private static Future<Void> refuse(Found found, Parsed item, Throwable cause) {
    return switch (cause) {
      case Failure.Denied denied -> noted(found, new Field(item.at(), Code.DENIED));
      case Failure.Missing missing -> noted(found, new Field(item.at(), Code.NOT_FOUND));
      case Failure.Invalid unknown -> {
        unknown
            .fields()
            .forEach(
                field ->
                    found
                        .faults()
                        .add(
                            new Field(
                                item.at() + field.pointer().replace('?', '/'), field.code())));
        yield Future.succeededFuture();
      }
      default -> Future.failedFuture(cause);
    };
  }

  private static Future<Void> noted(Found found, Field fault) {
    found.faults().add(fault);
    return Future.succeededFuture();
  }
}
