package io.hushbus.lease;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import io.hushbus.model.Ttl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Needs as requests bring them and as the database keeps them: the same fields. */
public final class NeedFields {

  private NeedFields() {}

  /**
   * All of them, or every fault there is.
   *
   * @param pointer of the array, for faults
   */
  public static List<Need> read(String pointer, JsonArray fields) {
    if (fields.size() > Need.MOST) {
      throw Failure.invalid(pointer, Failure.Code.TOO_LONG);
    }
    List<Failure.Field> faults = new ArrayList<>();
    List<Need> needs = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      try {
        needs.add(read(fields.getJsonObject(i)));
      } catch (Failure.Invalid refused) {
        for (Failure.Field fault : refused.fields()) {
          faults.add(new Failure.Field("/" + i + fault.pointer(), fault.code()));
        }
      }
    }
    // Places in the list are only right if all are there.
    if (faults.isEmpty()) {
      faults.addAll(Need.clashes(needs));
    }
    if (!faults.isEmpty()) {
      throw Failure.invalid(
          faults.stream()
              .map(one -> new Failure.Field(pointer + one.pointer(), one.code()))
              .toList());
    }
    return needs;
  }

  /**
   * One need.
   *
   * @throws Failure.Invalid at its fields
   */
  public static Need read(JsonObject fields) {
    Target target = target(fields);
    return new Need(
        named(fields, "secret", SecretName::new)
            .orElseThrow(() -> Failure.invalid("/secret", Failure.Code.MISSING_FIELD)),
        named(fields, "key", EntryName::new),
        target,
        fields.getBoolean("optional", false),
        named(fields, "reload", Reload::new).orElseGet(() -> Need.usual(target)),
        named(fields, "max_delay", Ttl::parse));
  }

  private static Target target(JsonObject fields) {
    Optional<String> variable = text(fields, "as_env_var");
    Optional<String> mount = text(fields, "mount");
    Optional<String> prefix = text(fields, "prefix");
    if (variable.isPresent()) {
      refuse(fields, "mount", "file_as", "prefix");
      return new Target.Variable(variable.get());
    }
    if (mount.isPresent()) {
      refuse(fields, "prefix");
      return new Target.Mount(mount.get(), text(fields, "file_as"));
    }
    refuse(fields, "file_as");
    return new Target.Usual(prefix);
  }

  private static void refuse(JsonObject fields, String... others) {
    for (String other : others) {
      if (fields.containsKey(other)) {
        throw Failure.invalid("/" + other, Failure.Code.NOT_ALLOWED);
      }
    }
  }

  private static Optional<String> text(JsonObject fields, String name) {
    return Optional.ofNullable(fields.getString(name));
  }

  private static <T> Optional<T> named(JsonObject fields, String name, Function<String, T> type) {
    try {
      return text(fields, name).map(type);
    } catch (Failure.Invalid refused) {
      throw refused.at("/" + name);
    }
  }

  /** The fields of needs, to be kept. */
  static JsonArray write(List<Need> needs) {
    JsonArray all = new JsonArray();
    needs.forEach(need -> all.add(write(need)));
    return all;
  }

  /** The fields of one need: what was said, and the way to take in a new value in any case. */
  public static JsonObject write(Need need) {
    JsonObject fields = new JsonObject().put("secret", need.secret().text());
    need.key().ifPresent(key -> fields.put("key", key.text()));
    switch (need.target()) {
      case Target.Variable(String name) -> fields.put("as_env_var", name);
      case Target.Mount(String directory, Optional<String> fileAs) -> {
        fields.put("mount", directory);
        fileAs.ifPresent(name -> fields.put("file_as", name));
      }
      case Target.Usual(Optional<String> prefix) ->
          prefix.ifPresent(text -> fields.put("prefix", text));
    }
    if (need.optional()) {
      fields.put("optional", true);
    }
    fields.put("reload", need.reload().word());
    need.maxDelay().ifPresent(delay -> fields.put("max_delay", delay.toSeconds() + "s"));
    return fields;
  }
}
