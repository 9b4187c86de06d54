package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContractTest {

  private static final Contract CONTRACT = Contract.load();
  private static final JsonObject SCHEMAS =
      CONTRACT.document().getJsonObject("components").getJsonObject("schemas");

  private static Set<String> words(JsonArray array) {
    return new HashSet<>(array.stream().map(String.class::cast).toList());
  }

  private static JsonObject answer(Throwable cause) {
    Answer.Complete answer =
        Problems.answer(cause, new RequestContext(new UUID(1, 2), "127.0.0.1"));
    return new JsonObject(new String(answer.body(), StandardCharsets.UTF_8));
  }

  @Test
  void endpoints_and_operations_match_one_to_one() {
    Set<String> ids = new HashSet<>(CONTRACT.operations().stream().map(Operation::id).toList());
    CONTRACT.mustMatch(ids);
    ids.remove("getSecret");
    ids.add("getValue");
    assertThatThrownBy(() -> CONTRACT.mustMatch(ids))
        .hasMessageContaining("[getSecret]")
        .hasMessageContaining("[getValue]");
  }

  @Test
  void only_the_open_operations_need_no_credentials() {
    assertThat(CONTRACT.operations().stream().filter(Operation::open).map(Operation::id))
        .containsExactlyInAnyOrder(
            "issueToken",
            "getJwks",
            "getRoot",
            "getSignIn",
            "getSignInCallback",
            "getConsoleFile",
            "getConsolePart",
            "getOpenApi",
            "getDocs",
            "getDocsFile");
  }

  @Test
  void the_contract_lists_every_problem_and_every_field_code() {
    assertThat(
            words(
                SCHEMAS
                    .getJsonObject("Problem")
                    .getJsonObject("properties")
                    .getJsonObject("code")
                    .getJsonArray("enum")))
        .isEqualTo(
            new HashSet<>(Arrays.stream(ProblemType.values()).map(ProblemType::code).toList()));
    assertThat(words(SCHEMAS.getJsonObject("FieldCode").getJsonArray("enum")))
        .isEqualTo(
            new HashSet<>(Arrays.stream(Failure.Code.values()).map(Failure.Code::word).toList()));
  }

  @Test
  void the_contract_lists_every_action() {
    assertThat(words(SCHEMAS.getJsonObject("Action").getJsonArray("enum")))
        .isEqualTo(new HashSet<>(Arrays.stream(Action.values()).map(Action::word).toList()));
  }

  @Test
  void the_page_of_problems_has_every_problem_and_every_field_code() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("docs/problems.md"));
    for (ProblemType type : ProblemType.values()) {
      int at = lines.indexOf("## " + type.code());
      assertThat(at).as(type.code()).isNotNegative();
      assertThat(lines.get(at + 1)).startsWith(Integer.toString(type.status()));
      if (type != ProblemType.CONFLICT && type != ProblemType.UNAVAILABLE) {
        assertThat(lines).contains("> " + Sentences.of(type));
      }
    }
    for (Failure.Code code : Failure.Code.values()) {
      assertThat(lines.stream().filter(line -> line.startsWith("| `" + code.word() + "` |")))
          .as(code.word())
          .containsExactly("| `" + code.word() + "` | " + Sentences.of(code) + " |");
    }
    for (Failure.Reason reason : Failure.Reason.values()) {
      assertThat(lines).contains("| `" + reason.word() + "` | " + Sentences.of(reason) + " |");
    }
    for (Failure.Dependency away : Failure.Dependency.values()) {
      assertThat(lines).contains("| `" + away.word() + "` | " + Sentences.of(away) + " |");
    }
  }

  @Test
  void every_failure_has_its_problem_and_the_contract_knows_its_facts() {
    List<Failure> all = new ArrayList<>();
    all.add(Failure.invalid("/name", Failure.Code.BAD_NAME));
    all.add(Failure.unauthenticated());
    all.add(Failure.denied());
    all.add(Failure.missing("secret"));
    all.add(Failure.conflict(Failure.Reason.IN_USE, List.of(new Failure.Blocker("lease", "id"))));
    all.add(Failure.gone("lease"));
    all.add(Failure.preconditionFailed());
    all.add(Failure.preconditionRequired());
    all.add(Failure.unprocessable("", Failure.Code.NOT_ALLOWED));
    all.add(Failure.overBudget("leases", Duration.ofMillis(1500)));
    all.add(Failure.unavailable(Failure.Dependency.DATABASE));
    all.add(Failure.integrity("lease"));
    assertThat(all.stream().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Failure.class.getPermittedSubclasses()).toList());
    Validator validator = oracle(resolved("Problem"));
    for (Failure failure : all) {
      assertThat(validator.validate(answer(failure)).getValid()).as(failure.toString()).isTrue();
    }
    assertThat(answer(all.get(9)).getInteger("retry_after_seconds")).isEqualTo(2);
    assertThat(answer(all.get(4)).getJsonArray("blockers")).hasSize(1);
    assertThat(answer(all.get(4)).getString("detail"))
        .isEqualTo(Sentences.of(Failure.Reason.IN_USE));
    assertThat(answer(all.getFirst()).getJsonArray("errors").getJsonObject(0).getString("detail"))
        .isEqualTo(Sentences.of(Failure.Code.BAD_NAME));
    assertThat(answer(new IllegalStateException("x")).getString("code")).isEqualTo("internal");
  }

  @Test
  void examples_in_the_contract_hold() {
    JsonObject paths = CONTRACT.document().getJsonObject("paths");
    for (Operation operation : CONTRACT.operations()) {
      JsonObject body =
          paths
              .getJsonObject(operation.path())
              .getJsonObject(operation.method().name().toLowerCase(java.util.Locale.ROOT))
              .getJsonObject("requestBody", new JsonObject());
      JsonObject content = body.getJsonObject("content", new JsonObject());
      operation
          .bodies()
          .forEach(
              (type, kind) -> {
                Object example = content.getJsonObject(type).getValue("example");
                if (example != null) {
                  assertThat(kind.schema().faults(example)).as(operation.id()).isEmpty();
                }
              });
    }
  }

  @Test
  void the_schema_check_agrees_with_a_general_validator() {
    Schema ours = Schema.of(resolved("NewSecret"));
    Validator oracle = oracle(resolved("NewSecret"));
    for (String json :
        List.of(
            "{}",
            "[]",
            "{\"name\":\"abc\",\"type\":\"text\"}",
            "{\"name\":\"abc\\n\",\"type\":\"text\"}",
            "{\"name\":\"ab\",\"type\":\"text\"}",
            "{\"name\":\"abc\",\"type\":\"bogus\"}",
            "{\"name\":null,\"type\":\"text\"}",
            "{\"name\":\"abc\",\"type\":\"text\",\"x\":1}",
            "{\"name\":\"abc\",\"type\":\"text\",\"max_versions\":0}",
            "{\"name\":\"abc\",\"type\":\"text\",\"max_versions\":1}",
            "{\"name\":\"abc\",\"type\":\"text\",\"max_versions\":1.5}",
            "{\"name\":\"abc\",\"type\":\"text\",\"max_versions\":1001}",
            "{\"name\":\"abc\",\"type\":\"text\",\"labels\":{\"a\":\"b\"}}",
            "{\"name\":\"abc\",\"type\":\"text\",\"labels\":{\"!\":\"b\"}}",
            "{\"name\":\"abc\",\"type\":\"text\",\"labels\":{\"a\":null}}",
            "{\"name\":\"abc\",\"type\":\"text\",\"data\":{\"a\":\"b\"}}",
            "{\"name\":\"abc\",\"type\":\"text\",\"data\":{\"a\":1}}",
            "{\"name\":\"abc\",\"type\":\"text\",\"data\":[]}",
            "{\"name\":\"abc\",\"type\":\"text\",\"cas_required\":0}")) {
      Object tree = io.vertx.core.json.Json.decodeValue(json);
      boolean newline = json.contains("\\n");
      assertThat(ours.faults(tree).isEmpty())
          .as(json)
          .isEqualTo(!newline && oracle.validate(tree).getValid());
    }
  }

  @Test
  void the_library_takes_every_schema() {
    Stream<Schema> parameters =
        CONTRACT.operations().stream()
            .flatMap(each -> each.parameters().stream())
            .map(Operation.Parameter::schema);
    Stream<Schema> bodies =
        CONTRACT.operations().stream()
            .flatMap(each -> each.bodies().values().stream())
            .map(Operation.BodyType::schema);
    assertThat(Stream.concat(parameters, bodies))
        .hasSizeGreaterThan(100)
        .allSatisfy(schema -> assertThat(schema.found(0)).isNotNull());
  }

  @Test
  void what_is_published_is_the_contract() {
    assertThat(new JsonObject(new String(CONTRACT.text(), StandardCharsets.UTF_8)))
        .isEqualTo(CONTRACT.document());
  }

  @Test
  void a_keyword_that_is_not_enforced_does_not_start() {
    assertThatThrownBy(() -> Schema.of(new JsonObject().put("oneOf", new JsonArray())))
        .hasMessageContaining("oneOf");
  }

  private static Validator oracle(JsonObject schema) {
    return Validator.create(
        JsonSchema.of(schema),
        new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://hushbus.io/"));
  }

  private static JsonObject resolved(String name) {
    return CONTRACT.resolve(SCHEMAS.getJsonObject(name));
  }
}
