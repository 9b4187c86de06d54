package io.hushbus.cli;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import io.hushbus.runner.EnvFile;
import io.hushbus.runner.Need;
import io.hushbus.runner.Reload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command line says that a child needs. */
final class RunNeeds {

  @Option(
      names = "--environment",
      paramLabel = "NAME",
      description =
          "What is needed, as the project's environment of that name says (HUSHBUS_ENVIRONMENT);"
              + " \"default\" if nothing else is named.")
  private @Nullable String environment;

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description =
          "Lines NAME=hushbus:SECRET[#KEY], and plain variables. Holds no secret; may be repeated.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--env",
      paramLabel = "[NAME=]SECRET[#KEY]",
      description =
          "A secret in a variable; without NAME in those named after it. May be repeated.")
  private List<String> variables = new ArrayList<>();

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX=SECRET",
      description = "All keys of a secret, each in a variable that begins so. May be repeated.")
  private List<String> prefixes = new ArrayList<>();

  @Option(
      names = "--file",
      paramLabel = "[PATH=]SECRET[#KEY]",
      description = {
        "A secret in a file; without PATH in the directory that HUSHBUS_FILES names. A secret with"
            + " keys becomes a directory with a file for each. May be repeated."
      })
  private List<String> mounts = new ArrayList<>();

  @Option(
      names = "--reload",
      paramLabel = "[SECRET=]HOW",
      description = {
        "How a new value is taken in: file (nothing is done), signal:NAME, restart, next-run or"
            + " never. Without SECRET for all of --env, --prefix, --file and --env-file."
      })
  private List<String> reloads = new ArrayList<>();

  private final Session session;

  RunNeeds(Session session) {
    this.session = session;
  }

  /**
   * All that is said.
   *
   * @param environment of the broker's
   * @param plain variables that are no secrets
   * @param reloads by folded names of secrets
   */
  record Said(
      Optional<String> environment,
      List<Need> needs,
      Map<String, String> plain,
      Map<String, Reload> reloads) {}

  /**
   * @param project from where the run looks; empty where no broker is asked
   * @throws CommandFailure for what is malformed
   */
  Said read(Optional<String> project, Optional<String> domain) {
    Path directory = session.around().directory();
    List<Need> needs = new ArrayList<>();
    Map<String, String> plain = new LinkedHashMap<>();
    for (String file : files) {
      EnvFile read = EnvFile.read(session.around().path(file), project, domain);
      needs.addAll(read.needs());
      plain.putAll(read.plain());
    }
    variables.forEach(text -> needs.add(parsed("--env", text, Need::variable)));
    prefixes.forEach(text -> needs.add(parsed("--prefix", text, Need::prefixed)));
    mounts.forEach(text -> needs.add(parsed("--file", text, one -> Need.file(one, directory))));
    Map<String, Reload> named = new LinkedHashMap<>();
    Optional<Reload> all = ways(named);
    List<Need> said = needs.stream().map(need -> all.map(need::reloading).orElse(need)).toList();
    return new Said(environment(said), said, plain, named);
  }

  /** The project's usual one, where nothing is named. */
  private Optional<String> environment(List<Need> needs) {
    Optional<String> named =
        Optional.ofNullable(environment).or(() -> settled(needs)).filter(text -> !text.isEmpty());
    return named.isPresent() || !needs.isEmpty() ? named : Optional.of("default");
  }

  private Optional<String> settled(List<Need> needs) {
    return needs.isEmpty() ? session.settings().value(Setting.ENVIRONMENT) : Optional.empty();
  }

  boolean namesEnvironment() {
    return environment != null;
  }

  /** What is said for all; for one secret goes into {@code named}. */
  private Optional<Reload> ways(Map<String, Reload> named) {
    Optional<Reload> all = Optional.empty();
    for (String text : reloads) {
      int sign = text.indexOf('=');
      Reload way = parsed("--reload", text.substring(sign + 1), Reload::of);
      if (sign < 0) {
        all = Optional.of(way);
      } else {
        named.put(parsed("--reload", text.substring(0, sign), RunNeeds::folded), way);
      }
    }
    return all;
  }

  private static String folded(String secret) {
    try {
      return new SecretName(secret).folded();
    } catch (Failure.Invalid refused) {
      throw new IllegalArgumentException(secret + " is no name of a secret", refused);
    }
  }

  private static <T> T parsed(String option, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException malformed) {
      throw new CommandFailure(
          Exit.USAGE, option + ": " + Visible.text(String.valueOf(malformed.getMessage())));
    }
  }
}
