package io.hushbus.cli;

import io.hushbus.client.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hushbus audit export}: the trail as lines of JSON, for {@code audit verify}. */
@Command(
    name = "export",
    description = {
      "Write the audit trail with its signed checkpoints, as lines of JSON.",
      "hushbus audit verify --file checks it without a broker."
    })
final class AuditExport implements Runnable {

  private static final Duration LONGEST = Duration.ofHours(1);

  @Option(names = "--file", paramLabel = "FILE", description = "Write here (default: stdout).")
  private Optional<String> file = Optional.empty();

  @Option(names = "--project", paramLabel = "NAME", description = "Of this project.")
  private Optional<String> project = Optional.empty();

  @Mixin private final Session session;

  AuditExport(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    session.use(
        broker -> {
          Request request =
              broker
                  .get("/audit/export")
                  .query("project", project)
                  .header("Accept", "application/x-ndjson, application/problem+json")
                  .deadline(LONGEST);
          file.map(session.around()::path)
              .ifPresentOrElse(
                  to -> write(request, to), () -> request.download(session.around().out()));
        });
  }

  /** Whole, or not at all: half a trail under its name could be taken for all of it. */
  private void write(Request request, Path to) {
    Path draft = to.resolveSibling(to.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(draft)) {
        request.download(out);
      }
      Files.move(draft, to, StandardCopyOption.REPLACE_EXISTING);
      session.note("wrote " + Files.size(to) + " bytes to " + to);
    } catch (IOException failed) {
      throw new CommandFailure(Exit.GENERAL, to + " cannot be written: check the directory");
    } finally {
      discard(draft);
    }
  }

  private static void discard(Path draft) {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException busy) {
      // it says by its name that it is a part
    }
  }
}
