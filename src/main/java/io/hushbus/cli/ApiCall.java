package io.hushbus.cli;

import io.hushbus.client.Answer;
import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Does what an {@link ApiVerb} says: asks the broker once, and shows the answer. */
final class ApiCall implements Runnable {

  private final ApiVerb verb;
  private final Session session;
  private final ScopeOptions scope;
  private final Paging paging = new Paging();
  private final Confirmation confirmation = new Confirmation();
  private final Map<ApiVerb.Input, ArgSpec> given = new LinkedHashMap<>();

  ApiCall(ApiVerb verb, Surroundings around) {
    this.verb = verb;
    this.session = new Session(around);
    this.scope = new ScopeOptions(session);
  }

  /** The command as picocli knows it. */
  CommandSpec spec() {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name(verb.name());
    spec.usageMessage().description(verb.about());
    verb.inputs().forEach(input -> given.put(input, add(spec, input)));
    spec.addMixin("session", CommandSpec.forAnnotatedObject(session));
    if (verb.scope() != ApiVerb.Scope.NONE) {
      spec.addMixin("scope", CommandSpec.forAnnotatedObject(scope));
    }
    if (verb.isPaged()) {
      spec.addMixin("paging", CommandSpec.forAnnotatedObject(paging));
    }
    if (verb.question().isPresent()) {
      spec.addMixin("confirmation", CommandSpec.forAnnotatedObject(confirmation));
    }
    return spec;
  }

  private static ArgSpec add(CommandSpec spec, ApiVerb.Input input) {
    if (input.names().isEmpty()) {
      PositionalParamSpec argument =
          PositionalParamSpec.builder()
              .index(Integer.toString(spec.positionalParameters().size()))
              .arity("1")
              .paramLabel(input.label())
              .description(input.about())
              .type(String.class)
              .build();
      spec.addPositional(argument);
      return argument;
    }
    OptionSpec option = option(input);
    spec.addOption(option);
    return option;
  }

  private static OptionSpec option(ApiVerb.Input input) {
    OptionSpec.Builder option =
        OptionSpec.builder(input.names().toArray(String[]::new))
            .description(input.about())
            .required(input.required());
    return switch (input.form()) {
      case FLAG -> option.type(boolean.class).arity("0").build();
      case LIST ->
          option.type(List.class).auxiliaryTypes(String.class).paramLabel(input.label()).build();
      case PAIRS ->
          option
              .type(Map.class)
              .auxiliaryTypes(String.class, String.class)
              .paramLabel(input.label())
              .build();
      case TRUTH -> option.type(Boolean.class).arity("1").paramLabel(input.label()).build();
      case NUMBER -> option.type(Long.class).paramLabel(input.label()).build();
      case TEXT, FILE, ACCOUNT, SECRET, ROTATION ->
          option.type(String.class).paramLabel(input.label()).build();
    };
  }

  @Override
  public void run() {
    verb.question().ifPresent(question -> confirmation.ask(session, told(question)));
    session.use(
        broker -> {
          Map<String, Object> values = values(broker);
          if (verb.isPaged()) {
            session.list(
                () -> request(broker, values),
                verb.list().orElseThrow(),
                paging,
                verb.columns().orElseThrow());
          } else {
            shown(request(broker, values).send());
          }
        });
    verb.done().ifPresent(text -> session.note(told(text)));
  }

  private void shown(Answer answer) {
    verb.columns()
        .ifPresent(
            columns ->
                verb.list()
                    .ifPresentOrElse(
                        field -> many(answer.json(), field, columns),
                        () -> session.one(answer, columns)));
  }

  private void many(Json answer, String field, Columns columns) {
    List<? extends Map<?, ?>> items = answer.objects(field).stream().map(Json::fields).toList();
    session.output().list(answer.fields(), items, columns);
  }

  /** What was given, by the fields where it belongs. */
  private Map<String, Object> values(HushbusClient broker) {
    Map<String, Object> values = new LinkedHashMap<>();
    verb.always()
        .forEach(
            (field, value) -> values.put(field, value instanceof String text ? told(text) : value));
    given.forEach(
        (input, arg) ->
            Optional.ofNullable(value(broker, input, arg.getValue()))
                .ifPresent(value -> values.put(input.field(), value)));
    return values;
  }

  private @Nullable Object value(HushbusClient broker, ApiVerb.Input input, @Nullable Object said) {
    if (said == null) {
      return null;
    }
    return switch (input.form()) {
      case TEXT, NUMBER, LIST, PAIRS, TRUTH -> said;
      case FLAG -> said.equals(true) ? true : null;
      case FILE -> document((String) said);
      case ACCOUNT -> new Ids(broker).account((String) said);
      case SECRET -> new Ids(broker).secret((String) said, scope);
      case ROTATION -> new Ids(broker).rotation((String) said, scope);
    };
  }

  private Map<String, ?> document(String file) {
    try {
      return Json.parse(Files.readAllBytes(session.around().path(file)))
          .map(Json::fields)
          .orElseThrow(() -> new CommandFailure(Exit.USAGE, file + " is no JSON object: mend it"));
    } catch (IOException unreadable) {
      throw new CommandFailure(Exit.USAGE, file + " cannot be read: check the path");
    }
  }

  private Request request(HushbusClient broker, Map<String, Object> values) {
    String path = verb.path();
    Map<String, Object> rest = new LinkedHashMap<>(values);
    for (Map.Entry<String, Object> one : values.entrySet()) {
      String place = "{" + one.getKey() + "}";
      if (path.contains(place)) {
        path = path.replace(place, Request.segment(one.getValue().toString()));
        rest.remove(one.getKey());
      }
    }
    Request request =
        switch (verb.method()) {
          case "GET" -> broker.get(path);
          case "POST" -> broker.post(path);
          case "PUT" -> broker.put(path);
          case "PATCH" -> broker.patch(path);
          case "DELETE" -> broker.delete(path);
          default -> throw new IllegalStateException("no command has method " + verb.method());
        };
    if (verb.scope() == ApiVerb.Scope.SENT) {
      scope.of(request);
    }
    return verb.hasBody() ? request.body(Body.of(tree(rest))) : parameters(request, rest);
  }

  private static Request parameters(Request request, Map<String, Object> values) {
    values.forEach(
        (name, value) -> {
          if (value instanceof List<?> several) {
            several.forEach(one -> request.query(name, String.valueOf(one)));
          } else {
            request.query(name, value.toString());
          }
        });
    return request;
  }

  /** Fields with dots become objects in objects; a document is the whole. */
  private static Map<String, @Nullable Object> tree(Map<String, Object> flat) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    flat.forEach(
        (field, value) -> {
          if (field.isEmpty() && value instanceof Map<?, ?> whole) {
            whole.forEach((name, one) -> put(tree, String.valueOf(name), one));
          } else {
            String[] steps = field.split("\\.", 2);
            put(tree, steps[0], steps.length == 1 ? value : tree(Map.of(steps[1], value)));
          }
        });
    return tree;
  }

  @SuppressWarnings("unchecked") // objects in it were made by tree()
  private static void put(Map<String, @Nullable Object> tree, String name, @Nullable Object value) {
    if (value instanceof Map<?, ?> more && tree.get(name) instanceof Map<?, ?> before) {
      more.forEach(
          (key, one) -> put((Map<String, @Nullable Object>) before, String.valueOf(key), one));
    } else {
      tree.put(name, value instanceof ApiVerb.Absence ? null : value);
    }
  }

  /** A sentence with what was given in its places, as it was given. */
  private String told(String text) {
    String told = text;
    for (Map.Entry<ApiVerb.Input, ArgSpec> one : given.entrySet()) {
      Object value = one.getValue().getValue();
      if (value != null) {
        told = told.replace("{" + one.getKey().field() + "}", Visible.text(value.toString()));
      }
    }
    return told;
  }
}
