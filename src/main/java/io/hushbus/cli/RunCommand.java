package io.hushbus.cli;

import io.hushbus.runner.BrokerSource;
import io.hushbus.runner.CannotPlace;
import io.hushbus.runner.Command;
import io.hushbus.runner.LocalSource;
import io.hushbus.runner.Need;
import io.hushbus.runner.Source;
import io.hushbus.runner.Task;
import io.hushbus.runner.TaskSettings;
import io.hushbus.runner.Unmet;
import io.hushbus.runner.UnreadableFile;
import io.hushbus.runner.Wanted;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hushbus run}: a program with the secrets that it needs, for as long as it runs. */
@picocli.CommandLine.Command(
    name = "run",
    description = {
      "Run a program with the secrets that it needs.",
      "They are leased for as long as it runs, and new values reach it while it does. What it"
          + " prints of them is hidden. The exit code is the program's."
    })
final class RunCommand implements Callable<Integer> {

  /** What a child does not get: it could lease in our name. */
  private static final Set<String> TOKENS = Set.of("HUSHBUS_TOKEN", "HUSHBUS_TOKEN_FILE");

  @Option(
      names = "--local",
      paramLabel = "FILE",
      description = {
        "Fill the needs from a file (dotenv, YAML, JSON) and ask no broker; of a file alone, all"
            + " its secrets."
      })
  private @Nullable String local;

  @Option(
      names = "--external-id",
      paramLabel = "ID",
      description = "What the platform calls the run (HUSHBUS_EXTERNAL_ID); else one is made up.")
  private @Nullable String externalId;

  @Option(
      names = "--attempt",
      paramLabel = "N",
      description = "Which attempt at it this is (HUSHBUS_ATTEMPT); 1 if nothing is said.")
  private @Nullable Integer attempt;

  @Option(names = "--ttl", paramLabel = "TIME", description = "How long each renewal holds.")
  private @Nullable String ttl;

  @Option(
      names = "--min-valid-for",
      paramLabel = "TIME",
      description = "Do not start unless all of it is promised to be valid for so long.")
  private @Nullable String minValidFor;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = "From asking the program to end until it is killed, for a restart (10s).")
  private String grace = "10s";

  @Option(
      names = "--no-mask",
      description = "Do not look at its output: bytes pass as they are, on our own descriptors.")
  private boolean noMask;

  @Option(
      names = "--preserve-env",
      description = "Variables that are set already come before secrets of the same name.")
  private boolean preserve;

  @Option(names = "--keep-token", description = "Let the program have HUSHBUS_TOKEN as well.")
  private boolean keepToken;

  @Option(
      names = "--when-lost",
      paramLabel = "keep|stop",
      description = "What becomes of the program when a lease is over before it is (keep).")
  private String whenLost = "keep";

  @Parameters(paramLabel = "-- COMMAND", arity = "1..*", description = "The program.")
  private List<String> command = new ArrayList<>();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final RunNeeds needs;
  private final List<Integer> descriptors;

  RunCommand(Surroundings around) {
    this(around, List.of(0, 1, 2));
  }

  /**
   * @param descriptors of this process for the program's standard input, output and error
   */
  RunCommand(Surroundings around, List<Integer> descriptors) {
    this.session = Session.ofTask(around);
    this.scope = new ScopeOptions(session);
    this.needs = new RunNeeds(session);
    this.descriptors = descriptors;
  }

  /** Options behind the program's name are the program's. */
  @Spec
  void specified(CommandSpec spec) {
    spec.parser().stopAtPositional(true);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new CommandFailure(
          Exit.GENERAL, "run works on Linux so far: use the API's clients, or a container");
    }
    try {
      return local == null ? withBroker() : withFile(local);
    } catch (Unmet unmet) {
      throw RunFailures.of(unmet, "the program was not started");
    } catch (UnreadableFile unreadable) {
      throw RunFailures.of(unreadable);
    } catch (CannotPlace taken) {
      throw new CommandFailure(Exit.GENERAL, String.valueOf(taken.getMessage()));
    } catch (IOException broken) {
      throw new CommandFailure(Exit.GENERAL, "the program cannot be run: " + broken.getMessage());
    }
  }

  private int withFile(String file) throws IOException, InterruptedException {
    if (needs.namesEnvironment()) {
      throw new CommandFailure(
          Exit.USAGE,
          "what an environment needs only the broker knows: with --local name it by --env, --file"
              + " or --env-file");
    }
    RunNeeds.Said said = needs.read(Optional.empty(), Optional.empty());
    say("local: values come from " + file + ", no broker is asked and nothing is recorded");
    List<Need> wanted =
        said.needs().stream()
            .map(
                need ->
                    Optional.ofNullable(said.reloads().get(need.secret().folded()))
                        .map(need::reloading)
                        .orElse(need))
            .toList();
    return task(new LocalSource(session.around().path(file), wanted), said.plain());
  }

  private int withBroker() throws IOException, InterruptedException {
    RunNeeds.Said said = needs.read(Optional.of(scope.needProject()), scope.domain());
    Wanted wanted =
        new Wanted(
            scope.needProject(),
            scope.domain(),
            said.environment(),
            said.needs(),
            said.reloads(),
            externalId(),
            attempt(),
            Times.optional("--ttl", ttl),
            Times.optional("--min-valid-for", minValidFor));
    return task(new BrokerSource(session::broker, wanted, new SecureRandom()), said.plain());
  }

  private int task(Source source, Map<String, String> plain)
      throws IOException, InterruptedException {
    TaskSettings settings =
        new TaskSettings(
            Command.of(command),
            session.around().directory(),
            session.around().environment(),
            withheld(),
            plain,
            descriptors,
            !noMask,
            preserve,
            Times.of("--grace", grace),
            stopsWhenLost());
    return new Task(settings, source, this::say).run();
  }

  /** Also one that was set for another product, if it is by that one that we lease. */
  private Set<String> withheld() {
    if (keepToken || local != null) {
      return keepToken ? Set.of() : TOKENS;
    }
    Set<String> names = new HashSet<>(TOKENS);
    Origin token = session.settings().token().origin();
    if (token.strength() == Origin.Strength.TWIN) {
      names.add(token.where());
    }
    return names;
  }

  private void say(String line) {
    session.note("hushbus: " + line);
  }

  private boolean stopsWhenLost() {
    return switch (whenLost) {
      case "keep" -> false;
      case "stop" -> true;
      default -> throw new CommandFailure(Exit.USAGE, "--when-lost is keep or stop");
    };
  }

  private String externalId() {
    return Optional.ofNullable(externalId)
        .or(() -> session.around().variable("HUSHBUS_EXTERNAL_ID"))
        .orElseGet(() -> madeUp("run"));
  }

  static String madeUp(String what) {
    byte[] chance = new byte[8];
    new SecureRandom().nextBytes(chance);
    return what + "-" + HexFormat.of().formatHex(chance);
  }

  private int attempt() {
    if (attempt != null) {
      return attempt;
    }
    String set = session.around().variable("HUSHBUS_ATTEMPT").orElse("1");
    try {
      return Integer.parseInt(set);
    } catch (NumberFormatException malformed) {
      throw new CommandFailure(Exit.USAGE, "HUSHBUS_ATTEMPT is no number: set it to 1 or more");
    }
  }
}
