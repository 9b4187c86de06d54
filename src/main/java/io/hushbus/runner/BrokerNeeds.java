package io.hushbus.runner;

import io.hushbus.client.Answer;
import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Refused;
import io.hushbus.client.Request;
import io.hushbus.model.EntryName;
import io.hushbus.model.SecretName;
import io.hushbus.model.Ttl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a run needs by the broker's word, and whether it can be had. Blocks. */
final class BrokerNeeds {

  private static final Pattern POINTER = Pattern.compile("/secrets/(\\d+)(/.*)?");

  private final HushbusClient broker;
  private final Wanted wanted;
  private List<Unmet.Reason> skipped = List.of();

  BrokerNeeds(HushbusClient broker, Wanted wanted) {
    this.broker = broker;
    this.wanted = wanted;
  }

  /** Those of the environment, and the others. */
  List<Need> all() {
    return Stream.concat(
            wanted.environment().stream().flatMap(name -> environment(name).stream()),
            wanted.needs().stream())
        .map(this::reloading)
        .toList();
  }

  private Need reloading(Need need) {
    Reload other = wanted.reloads().get(need.secret().folded());
    return other == null ? need : need.reloading(other);
  }

  private List<Need> environment(String name) {
    try {
      Request request =
          broker
              .get("/environments/" + Request.segment(name))
              .query("project", wanted.project())
              .query("domain", wanted.domain())
              .query("inherited", "true");
      return request.send().json().objects("secrets").stream().map(BrokerNeeds::need).toList();
    } catch (Refused refused) {
      if (refused.status() != 404) {
        throw refused;
      }
      throw new Unmet(
          List.of(
              new Unmet.Reason(
                  "environment " + name,
                  "there is none of this name in %s: make it by hushbus environment apply, or name what is needed by --env and --file"
                      .formatted(wanted.where()))));
    }
  }

  private static Need need(Json fields) {
    Need need =
        new Need(
            new SecretName(fields.text("secret")),
            fields.optionalText("key").map(EntryName::new),
            target(fields),
            fields.truth("optional").orElse(false),
            fields.optionalText("reload").map(Reload::of));
    Optional<Duration> within = fields.optionalText("max_delay").map(Ttl::parse);
    return within.isPresent() && need.way() instanceof Reload.Restart
        ? need.reloading(new Reload.Restart(within))
        : need;
  }

  private static Target target(Json fields) {
    Optional<String> mount = fields.optionalText("mount");
    if (mount.isPresent()) {
      String file = fields.optionalText("file_as").orElseGet(() -> fields.text("secret"));
      Path path = Path.of(mount.get(), file);
      if (!path.isAbsolute()) {
        throw new Unmet(List.of(new Unmet.Reason(file, "the broker names no whole path for it")));
      }
      return new Target.File(Optional.of(path));
    }
    return fields
        .optionalText("as_env_var")
        .<Target>map(Target.Variable::new)
        .orElseGet(() -> new Target.Usual(fields.optionalText("prefix")));
  }

  /**
   * Those that can be had; the optional ones that cannot are {@link #skipped} then.
   *
   * @throws Unmet with all that cannot, and are not optional
   */
  List<Need> met(List<Need> needs) {
    if (needs.isEmpty()) {
      return needs;
    }
    List<Json> answers = resolved(needs);
    if (answers.size() != needs.size()) {
      throw new Unmet(
          List.of(
              new Unmet.Reason("what is needed", "the broker's answer is about something else")));
    }
    List<Unmet.Reason> reasons = new ArrayList<>();
    List<Unmet.Reason> without = new ArrayList<>();
    List<Need> met = new ArrayList<>();
    for (int i = 0; i < needs.size(); i++) {
      Need need = needs.get(i);
      String outcome = answers.get(i).text("outcome");
      if (outcome.equals("ok")) {
        met.add(need);
      } else {
        String word = answers.get(i).optionalText("reason").orElse(outcome);
        (need.optional() ? without : reasons).add(Unmet.Reason.of(need, why(word)));
      }
    }
    if (!reasons.isEmpty()) {
      throw new Unmet(reasons);
    }
    skipped = List.copyOf(without);
    return met;
  }

  /** What cannot be had, and is optional. */
  List<Unmet.Reason> skipped() {
    return skipped;
  }

  private List<Json> resolved(List<Need> needs) {
    Body body = Body.object().field("project", wanted.project()).field("domain", wanted.domain());
    int[] number = {0};
    body.array("secrets", needs, (item, need) -> write(item, need, number[0]++));
    try {
      Answer answer = broker.post("/resolutions").body(body).send();
      return answer.json().objects("needs");
    } catch (Refused refused) {
      throw invalid(refused, needs);
    }
  }

  /** A file gets a directory of its own: whether two meet is seen here, where paths are known. */
  private static void write(Body item, Need need, int number) {
    item.field("secret", need.secret().text()).field("key", need.key().map(EntryName::text));
    switch (need.target()) {
      case Target.Variable(String name) -> item.field("as_env_var", name);
      case Target.File file -> item.field("mount", "/need-" + number);
      case Target.Usual(Optional<String> prefix) ->
          item.field("prefix", prefix.filter(text -> !text.isEmpty()));
    }
    if (need.optional()) {
      item.field("optional", true);
    }
  }

  private RuntimeException invalid(Refused refused, List<Need> needs) {
    List<Unmet.Reason> reasons = new ArrayList<>();
    for (Refused.Fault fault : refused.errors()) {
      Matcher at = POINTER.matcher(fault.pointer());
      if (at.matches() && Integer.parseInt(at.group(1)) < needs.size()) {
        boolean twice = fault.code().equals("duplicate_key");
        reasons.add(
            Unmet.Reason.of(
                needs.get(Integer.parseInt(at.group(1))),
                twice ? why("clash") : fault.detail().isEmpty() ? fault.code() : fault.detail()));
      }
    }
    return reasons.isEmpty() ? refused : new Unmet(reasons);
  }

  private String why(String word) {
    return switch (word) {
      case "missing" ->
          "there is none of this name in " + wanted.where() + ", nor in a wider scope";
      case "forbidden" -> "this token may not lease it";
      case "not_adopted" -> "it is another project's, and this one has not adopted it";
      case "wrong_type" -> "it cannot be put there";
      case "clash" -> "another need ends in the same variable or file";
      case "too_large_for_env" -> "it is too large for a variable: take a file";
      case "no_such_key" -> "it has no such key";
      case "needs_key" -> "name one of its keys";
      case "has_no_keys" -> "it has no keys";
      case "zero_byte" -> "it has bytes that no variable can hold: take a file";
      case "bad_file_name" -> "its key is no name of a file";
      default -> word; // of a newer broker
    };
  }
}
