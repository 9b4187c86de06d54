package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Refused;
import io.hushbus.client.Request;
import io.hushbus.client.Unreachable;
import io.hushbus.imports.Format;
import io.hushbus.imports.ImportedSecret;
import io.hushbus.imports.Imports;
import io.hushbus.imports.Problem;
import io.hushbus.imports.Reading;
import io.hushbus.imports.Wishes;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code hushbus import}: the secrets of another program's file. Nothing is changed before the
 * whole file has been read and it is known which secrets there are already; after that each is made
 * for itself, and what fails does not keep others from being made.
 */
@Command(
    name = "import",
    description = {
      "Take secrets from a file: dotenv, JSON or YAML, Kubernetes Secret manifests, or what"
          + " `vault kv get -format=json` prints.",
      "Ends with 8 if some were taken and some were not."
    })
final class ImportCommand implements Callable<Integer> {

  private static final Columns COLUMNS =
      Columns.of("name", "type", "keys", "from", "action", "why");
  private static final int MOST_SHOWN = 10;

  /** What was or would be done with one secret, as it is shown. */
  private enum Action {
    CREATE,
    REPLACE,
    SKIP,
    FAILED
  }

  @Parameters(paramLabel = "FILE", description = "The file; - for standard input.")
  private String file = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "dotenv, json (also YAML), kubernetes or vault; else the file shows it.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--into",
      paramLabel = "NAME",
      description = "Make one secret of this name out of the whole file.")
  private Optional<String> into = Optional.empty();

  @Option(names = "--prefix", paramLabel = "TEXT", description = "Put before every name.")
  private String prefix = "";

  @Option(
      names = "--rename",
      paramLabel = "OLD=NEW",
      description = "Call one otherwise; may be repeated.")
  private Map<String, String> renames = new HashMap<>();

  @Option(names = "--replace", description = "New versions for those that are there: rotations.")
  private boolean replace;

  @Option(names = "--skip-existing", description = "Leave alone those that are there.")
  private boolean skip;

  @Option(names = "--dry-run", description = "Show what would be done, and do nothing.")
  private boolean rehearse;

  @Mixin private final ScopeOptions scope;
  @Mixin private final Session session;
  private int done;
  private int failed;
  private int firstFailure = Exit.OK;
  private boolean away;

  ImportCommand(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public Integer call() {
    if (replace && skip) {
      throw new CommandFailure(Exit.USAGE, "give --replace or --skip-existing, not both");
    }
    try (Reading read = read()) {
      read.notes().forEach(note -> session.note("note: " + note));
      session.use(broker -> take(broker, read.secrets()));
    }
    return failed == 0 ? Exit.OK : done == 0 ? firstFailure : Exit.PARTIAL;
  }

  /** All secrets of the file, or a refusal that lists every problem. */
  private Reading read() {
    Optional<Format> said = format.map(ImportCommand::format);
    byte[] content = content();
    try {
      String name = Optional.ofNullable(Path.of(file).getFileName()).map(Path::toString).orElse("");
      Reading read = Imports.read(said, content, name, wishes());
      if (!read.problems().isEmpty()) {
        throw new CommandFailure(Exit.USAGE, unreadable(read.problems()));
      }
      return read;
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private String unreadable(List<Problem> problems) {
    return Visible.text(file)
        + " cannot be imported, and nothing was changed:"
        + problems.stream().map(one -> "\n  " + one).collect(Collectors.joining());
  }

  private static Format format(String word) {
    return Stream.of(Format.values())
        .filter(one -> one.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () -> new CommandFailure(Exit.USAGE, "--format is dotenv, json, kubernetes or vault"));
  }

  private Wishes wishes() {
    Map<String, SecretName> names = new HashMap<>();
    renames.forEach((old, name) -> names.put(old, name("--rename", name)));
    return new Wishes(into.map(name -> name("--into", name)), prefix, names);
  }

  private static SecretName name(String option, String text) {
    try {
      return new SecretName(text);
    } catch (Failure impossible) {
      throw new CommandFailure(
          Exit.USAGE,
          option
              + ": the name of a secret has 3 to 63 letters, digits, - and _, a letter first and"
              + " a letter or digit last");
    }
  }

  private byte[] content() {
    try (InputStream in =
        file.equals("-")
            ? session.around().in()
            : Files.newInputStream(session.around().path(file))) {
      return in.readNBytes(Imports.LARGEST_FILE + 1);
    } catch (IOException unreadable) {
      throw new CommandFailure(Exit.USAGE, Visible.text(file) + " cannot be read: check the path");
    }
  }

  private void take(HushbusClient broker, List<ImportedSecret> secrets) {
    Set<String> there = new Existing(broker, scope).among(secrets);
    List<ImportedSecret> inTheWay =
        secrets.stream().filter(one -> there.contains(one.name().folded())).toList();
    boolean refused = !replace && !skip && !inTheWay.isEmpty();
    if (refused && !rehearse) {
      throw new CommandFailure(Exit.CONFLICT, refusal(inTheWay));
    }
    List<Map<String, Object>> lines = new ArrayList<>();
    try (Tally tally = Tally.on(session.around(), "import", secrets.size())) {
      for (ImportedSecret one : secrets) {
        lines.add(taken(broker, one, there.contains(one.name().folded())));
        if (!rehearse) {
          tally.step();
        }
      }
    }
    session.output().list(Map.of("secrets", lines), lines, COLUMNS);
    session.note(summary(secrets.size()));
    if (refused) {
      throw new CommandFailure(Exit.CONFLICT, refusal(inTheWay));
    }
  }

  private static String refusal(List<ImportedSecret> inTheWay) {
    String names =
        inTheWay.stream()
            .limit(MOST_SHOWN)
            .map(one -> one.name().text())
            .collect(Collectors.joining(", "));
    return "%d of them exist already (%s%s), and nothing was changed: give --replace for new versions, or --skip-existing"
        .formatted(inTheWay.size(), names, inTheWay.size() > MOST_SHOWN ? ", ..." : "");
  }

  private String summary(int all) {
    if (rehearse) {
      return "nothing was changed: this was a dry run";
    }
    return "imported %d of %d %s%s"
        .formatted(
            done, all, scope.shown(), failed == 0 ? "" : "; " + failed + " failed, see above");
  }

  private Map<String, Object> taken(HushbusClient broker, ImportedSecret one, boolean there) {
    Action action = there ? (skip ? Action.SKIP : Action.REPLACE) : Action.CREATE;
    String why = there && !replace && !skip ? "exists" : "";
    if (!rehearse && action != Action.SKIP) {
      why = away ? untried() : made(broker, one, action);
      action = why.isEmpty() ? action : Action.FAILED;
    }
    return line(one, action, why);
  }

  /** Empty, or why not. After an answer that did not come no other is waited for. */
  private String made(HushbusClient broker, ImportedSecret one, Action action) {
    try {
      request(broker, one, action).send();
      done++;
      return "";
    } catch (Refused refused) {
      failed(Reporter.code(refused));
      return refused.detail().orElse(refused.code());
    } catch (Unreachable gone) {
      away = true;
      failed(Exit.UNREACHABLE);
      return gone.getMessage() + (gone.outcomeUnknown() ? ": it may have been done" : "");
    }
  }

  private String untried() {
    failed(Exit.UNREACHABLE);
    return "not tried: the broker is away";
  }

  private void failed(int code) {
    failed++;
    firstFailure = firstFailure == Exit.OK ? code : firstFailure;
  }

  private static Map<String, Object> line(ImportedSecret one, Action action, String why) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("name", one.name().text());
    line.put("type", one.type().word());
    line.put(
        "keys",
        one.type() == SecretType.KEY_VALUE
            ? one.payload().entries().keySet().stream().map(EntryName::text).toList()
            : List.of());
    line.put("from", one.source() + ":" + one.line());
    line.put("action", action.name().toLowerCase(Locale.ROOT));
    line.put("why", why);
    return line;
  }

  private Request request(HushbusClient broker, ImportedSecret one, Action action) {
    Body body = Body.object();
    if (action == Action.REPLACE) {
      Request put = broker.put("/secrets/" + Request.segment(one.name().text()));
      return scope.of(put).body(value(body, one));
    }
    body.field("name", one.name().text()).field("type", one.type().word());
    if (!one.description().isEmpty()) {
      body.field("description", one.description());
    }
    return scope.of(broker.post("/secrets")).body(value(body, one));
  }

  private static Body value(Body body, ImportedSecret one) {
    Map<String, SecretValue> entries = new LinkedHashMap<>();
    one.payload().entries().forEach((name, value) -> entries.put(name.text(), value));
    SecretValue only = entries.values().iterator().next();
    return switch (one.type()) {
      case KEY_VALUE, FILE -> body.secrets(entries);
      case JSON, DOCKER_CONFIG -> body.secretJson("value", only);
      case TEXT ->
          Body.isText(only)
              ? body.secret("value", only)
              : body.object("data_base64", data -> data.secretBase64("value", only));
    };
  }
}
