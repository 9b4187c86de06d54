package io.hushbus.cli;

import io.hushbus.client.Answer;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Request;
import io.hushbus.client.Watcher;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What every command that speaks with a broker has: which broker and as whom, how answers are
 * shown, and notes to the person who runs it. A command holds one as a mixin:
 *
 * <pre>{@code
 * @Mixin private final Session session;
 *
 * ProjectList(Surroundings around) {
 *   session = new Session(around);
 * }
 *
 * public void run() {
 *   session.use(broker -> session.list(() -> broker.get("/projects"), "projects", paging, COLUMNS));
 * }
 * }</pre>
 */
final class Session {

  @Option(
      names = "--addr",
      paramLabel = "URL",
      description = "Address of the broker (HUSHBUS_ADDR).")
  private @Nullable String address;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "A profile of the user's file (HUSHBUS_PROFILE).")
  private @Nullable String profile;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "table, json, yaml or env (HUSHBUS_FORMAT).")
  private @Nullable String format;

  @Option(
      names = {"-q", "--quiet"},
      description = "No notes on standard error.")
  private boolean quiet;

  private final Surroundings around;
  private final boolean task;
  private @Nullable Settings settings;

  /** For completion. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("table", "json", "yaml", "env").iterator();
    }
  }

  Session(Surroundings around) {
    this(around, false);
  }

  private Session(Surroundings around, boolean task) {
    this.around = around;
    this.task = task;
  }

  /** For a task that leases, which beside {@code hushbus dev} takes the account of scripts. */
  static Session ofTask(Surroundings around) {
    return new Session(around, true);
  }

  Surroundings around() {
    return around;
  }

  /** Of this command line; read once. */
  Settings settings() {
    Settings read = settings;
    if (read == null) {
      read = new Settings(around, flags(), task);
      settings = read;
    }
    return read;
  }

  /** What this command line itself says. */
  Optional<String> given(Setting setting) {
    return Optional.ofNullable(flags().get(setting));
  }

  private Map<Setting, String> flags() {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    put(flags, Setting.ADDR, address);
    put(flags, Setting.PROFILE, profile);
    put(flags, Setting.FORMAT, format);
    return flags;
  }

  private static void put(Map<Setting, String> flags, Setting setting, @Nullable String given) {
    if (given != null) {
      flags.put(setting, given);
    }
  }

  /** Lets a command speak with the broker. */
  void use(Consumer<HushbusClient> command) {
    output(); // a format that is none is told before anything is done
    try (HushbusClient broker = access().client()) {
      command.accept(broker);
    }
  }

  /** To the broker of the settings, with a warning if that is to be given. */
  private Access access() {
    Access access = new Access(around, settings());
    if (access.inTheClear()) {
      note("warning: the token travels in the clear to " + access.address().getHost());
    }
    return access;
  }

  /**
   * @throws CommandFailure if what was chosen is none
   */
  Format format() {
    return Format.of(settings().value(Setting.FORMAT).orElse("table"));
  }

  /**
   * A client for what lasts, which the caller closes.
   *
   * @param watcher is told how the broker is reached
   */
  HushbusClient broker(Watcher watcher) {
    return access().client(watcher);
  }

  Output output() {
    boolean colour = around.screen() && around.variable("NO_COLOR").isEmpty();
    return new Output(around.out(), format(), colour);
  }

  /** Shows one thing. */
  void one(Answer answer, Columns columns) {
    one(answer.json(), columns);
  }

  void one(Json thing, Columns columns) {
    output().one(thing.fields(), columns);
  }

  /**
   * Shows many things, of all pages up to the limit.
   *
   * @param page a request for a page, made anew for each
   * @param field the field of the answer that holds the things
   */
  void list(Supplier<Request> page, String field, Paging paging, Columns columns) {
    Paging.Listed listed = paging.all(page, field);
    output().list(listed.whole(), listed.items().stream().map(Json::fields).toList(), columns);
    if (listed.more()) {
      note("there is more: see --limit");
    }
  }

  /** Shows the things of an answer that has no pages. */
  void list(Answer answer, String field, Columns columns) {
    list(answer.json(), field, columns);
  }

  void list(Json whole, String field, Columns columns) {
    output()
        .list(whole.fields(), whole.objects(field).stream().map(Json::fields).toList(), columns);
  }

  /**
   * Says something to the person who runs the command. Whoever wrote what is in it does nothing to
   * the terminal; a return at its end is ours.
   */
  void note(String line) {
    if (!quiet) {
      boolean returns = line.endsWith("\r");
      String shown = Visible.text(returns ? line.substring(0, line.length() - 1) : line);
      around.err().println(returns ? shown + "\r" : shown);
      around.err().flush();
    }
  }
}
