package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Refused;
import io.hushbus.client.Request;
import io.hushbus.client.Unreachable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code hushbus events tail}: notices as they come, a line each. A broker that is away is waited
 * for; nothing is missed meanwhile, since the cursor stays where it was.
 */
@Command(
    name = "tail",
    description = {
      "Show notices as they come: a line each, with -o json the whole notice.",
      "Goes on until it is stopped, or --count or --for is reached."
    })
final class EventsTail implements Runnable {

  private static final int LONGEST_POLL = 25;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  @Option(
      names = "--after",
      paramLabel = "CURSOR",
      description = "Begin behind this cursor; now (the default) or earliest.")
  private Optional<String> after = Optional.empty();

  @Option(
      names = "--cursor-file",
      paramLabel = "FILE",
      description = "Keep the cursor here, and go on from it the next time.")
  private Optional<String> cursorFile = Optional.empty();

  @Option(names = "--type", paramLabel = "TYPE", description = "Only this one; may be repeated.")
  private List<String> types = List.of();

  @Option(names = "--secret", paramLabel = "SECRET", description = "Only about this secret.")
  private Optional<String> secret = Optional.empty();

  @Option(names = "--of-project", paramLabel = "NAME", description = "Only of this project.")
  private Optional<String> project = Optional.empty();

  @Option(names = "--count", paramLabel = "N", description = "End after so many.")
  private long count = Long.MAX_VALUE;

  @Option(names = "--for", paramLabel = "SECONDS", description = "End after so long.")
  private long seconds = Long.MAX_VALUE;

  @Mixin private final ScopeOptions scope;
  @Mixin private final Session session;
  private boolean away;

  EventsTail(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(this::tail);
  }

  private void tail(HushbusClient broker) {
    Optional<String> about = secret.map(name -> new Ids(broker).secret(name, scope));
    String cursor = after.or(this::kept).orElse("now");
    long end = seconds == Long.MAX_VALUE ? seconds : now() + seconds;
    long shown = 0;
    boolean last = false;
    while (shown < count && !last) {
      long left = end - now();
      last = left <= 0;
      Optional<Json> page = page(broker, about, cursor, left, count - shown);
      if (page.isPresent()) {
        page.get().objects("events").forEach(this::show);
        shown += page.get().objects("events").size();
        cursor = page.get().text("cursor");
        keep(cursor);
      }
    }
    session.note("go on with --after " + Visible.text(cursor));
  }

  /** In seconds, of a clock that is never set. */
  private static long now() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
  }

  /** What comes next; nothing while the broker is away. */
  private Optional<Json> page(
      HushbusClient broker, Optional<String> about, String cursor, long left, long most) {
    long wait = Math.max(0, Math.min(LONGEST_POLL, left));
    Request request = broker.get("/events").query("after", cursor).query("wait", wait + "s");
    request.query("type", types).query("secret", about).query("project", project);
    request.query("page_size", Math.min(500, most)).deadline(Duration.ofSeconds(wait + 15));
    try {
      Json answer = request.send().json();
      away = false;
      return Optional.of(answer);
    } catch (Unreachable | Refused failure) {
      wait(failure);
      return Optional.empty();
    }
  }

  private void wait(RuntimeException failure) {
    if (failure instanceof Refused refused && refused.status() == 410) {
      throw new CommandFailure(
          Exit.NOT_FOUND,
          "that cursor is no longer kept: begin anew with --after earliest, and look at the"
              + " secrets themselves for what was missed");
    }
    if (failure instanceof Refused refused && !refused.retryable()) {
      throw refused;
    }
    if (!away) {
      session.note("the broker is away: waiting for it");
    }
    away = true;
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Exit.GENERAL, "interrupted");
    }
  }

  private void show(Json notice) {
    boolean table = session.settings().value(Setting.FORMAT).orElse("table").equals("table");
    session.around().out().println(table ? line(notice) : json(notice));
    session.around().out().flush();
  }

  private static String line(Json notice) {
    Json data = notice.object("data");
    String about = data.optionalText("name").orElse(notice.text("subject"));
    String version =
        data.optionalNumber("version").isPresent() ? "  version " + data.number("version") : "";
    return Visible.text(notice.text("time") + "  " + notice.text("type") + "  " + about + version);
  }

  /** In one line, whatever the format: many in a row must stay readable for programs. */
  private static String json(Json notice) {
    return JsonText.of(notice.fields()).replaceAll("\\n *", "");
  }

  private Optional<String> kept() {
    return cursorFile
        .map(session.around()::path)
        .filter(Files::exists)
        .map(
            path -> {
              try {
                return Files.readString(path).strip();
              } catch (IOException unreadable) {
                throw new CommandFailure(Exit.USAGE, path + " cannot be read: check it");
              }
            });
  }

  private void keep(String cursor) {
    cursorFile
        .map(session.around()::path)
        .ifPresent(
            path -> {
              Path draft = path.resolveSibling(path.getFileName() + ".new");
              try {
                Files.write(draft, (cursor + "\n").getBytes(StandardCharsets.US_ASCII));
                Files.move(draft, path, StandardCopyOption.REPLACE_EXISTING);
              } catch (IOException failed) {
                throw new CommandFailure(Exit.GENERAL, path + " cannot be written: check it");
              }
            });
  }
}
