package io.hushbus.http;

import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Field;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A schema of the contract, enforced by vertx-json-schema. What it finds is told as a pointer and a
 * word: the sentences of the library quote the input and reach nobody.
 */
final class Schema {

  /** A finding: which keyword of which part of the schema, and where in the tree. */
  private record Finding(SchemaPart part, String keyword, String location) {

    static Finding of(JsonObject schema, OutputUnit unit) {
      String at = unit.getKeywordLocation();
      int last = at.lastIndexOf('/');
      return new Finding(
          SchemaPart.at(schema, at.substring(0, last)),
          at.substring(last + 1),
          unit.getInstanceLocation());
    }

    /** One fault is told of one place under one part: of several, the one written first. */
    static Finding first(Finding a, Finding b) {
      return a.part.rank(a.keyword) <= b.part.rank(b.keyword) ? a : b;
    }

    String place() {
      return location + ' ' + part.location();
    }
  }

  private final JsonObject schema;
  private final Predicate<@Nullable Object> fits;
  private volatile @Nullable Validator validator; // made when it is first asked, which few are

  private Schema(JsonObject schema) {
    this.schema = schema;
    this.fits = Fit.of(schema);
  }

  private Validator validator() {
    Validator made = validator;
    if (made == null) {
      made =
          Validator.create(
              JsonSchema.of(schema.copy()),
              new JsonSchemaOptions()
                  .setDraft(Draft.DRAFT202012)
                  .setOutputFormat(OutputFormat.Basic)
                  .setBaseUri("https://hushbus.io/"));
      validator = made;
    }
    return made;
  }

  /**
   * @throws IllegalArgumentException for a keyword whose faults have no word here
   */
  static Schema of(JsonObject source) {
    return new Schema(Schemas.enforced(source));
  }

  /** The faults of a tree, at most {@link Pointers#MOST}. */
  List<Field> faults(@Nullable Object tree) {
    return fits(tree) ? List.of() : found(tree);
  }

  /** Whether it is clear without asking the library that there are none. */
  boolean fits(@Nullable Object tree) {
    return fits.test(tree);
  }

  /** What is enforced. */
  JsonObject source() {
    return schema;
  }

  /** The same by the library. */
  List<Field> found(@Nullable Object tree) {
    OutputUnit result = validator().validate(tree);
    if (result.getValid()) {
      return List.of();
    }
    Set<Field> missing = new LinkedHashSet<>();
    Map<String, Finding> others = new LinkedHashMap<>();
    for (OutputUnit unit : result.getErrors()) {
      Finding found = Finding.of(schema, unit);
      if (found.keyword().equals("required")) {
        missing(found, tree).forEach(missing::add);
      } else if (found.part().tells(found.keyword(), found.location())) {
        others.merge(found.place(), found, Finding::first);
      }
    }
    return Stream.concat(missing.stream(), others.values().stream().map(Schema::field))
        .distinct()
        .limit(Pointers.MOST)
        .toList();
  }

  /** The fault of a single parameter, if any. */
  Optional<Code> fault(@Nullable Object value) {
    return faults(value).stream().map(Field::code).findFirst();
  }

  private static Field field(Finding found) {
    return Pointers.fault(at(found), found.part().code(found.keyword()));
  }

  /** The library names the missing field in its sentence alone; here it is looked up again. */
  private static Stream<Field> missing(Finding found, @Nullable Object tree) {
    String pointer = Pointers.shown(at(found));
    return JsonPointer.from(at(found)).queryJson(tree) instanceof JsonObject object
        ? found
            .part()
            .required()
            .filter(name -> !object.containsKey(name))
            .map(name -> new Field(pointer + "/" + name, Code.MISSING_FIELD))
        : Stream.of(new Field(pointer, Code.MISSING_FIELD));
  }

  /** The library's location is a pointer after a number sign. */
  private static String at(Finding found) {
    return found.location().substring(1);
  }
}
