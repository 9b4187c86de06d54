package io.hushbus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static final int LARGEST = 1 << 30;
  private static final Duration LONGEST = Duration.ofMinutes(10);

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
          byte[] lines =
              broker
                  .get("/audit/export")
                  .query("project", project)
                  .header("Accept", "application/x-ndjson, application/problem+json")
                  .deadline(LONGEST)
                  .limit(LARGEST)
                  .send()
                  .bytes();
          file.map(session.around()::path)
              .ifPresentOrElse(
                  to -> write(to, lines), () -> session.around().out().writeBytes(lines));
        });
  }

  private void write(Path to, byte[] lines) {
    try {
      Files.write(to, lines);
      session.note("wrote " + lines.length + " bytes to " + to);
    } catch (IOException failed) {
      throw new CommandFailure(Exit.GENERAL, to + " cannot be written: check the directory");
    }
  }
}
