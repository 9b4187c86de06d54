package io.hushbus.audit;

import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file outside the database to which checkpoints are appended, one JSON line each, readable by
 * the broker's user alone. Truncation of the database shows against it.
 *
 * <p>Remembers what it has written since it was opened, so that a write that failed is made up for
 * by the next. The file is opened anew for each write. What it holds is what the database must
 * still contain, see {@link RestoreWatch}: without the file a node has nothing to compare with.
 */
public final class CheckpointFile {

  private static final OpenOptions APPEND =
      new OpenOptions().setAppend(true).setCreate(true).setDsync(true).setPerms("rw-------");

  private static final Logger log = LoggerFactory.getLogger(CheckpointFile.class);

  private final Vertx vertx;
  private final Path path;
  private long readTo;
  private final Map<TenantId, Checkpoint> newest = new ConcurrentHashMap<>();

  /**
   * @param path from the configuration only, never from a request
   */
  public CheckpointFile(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.path = path;
  }

  /**
   * Reads what this or another node has added; fails if the file is there and cannot be read. A
   * line that is none, such as one that a crash cut off, and one that {@code genuine} refuses are
   * logged and passed over.
   */
  Future<Void> read(Predicate<Checkpoint> genuine) {
    Callable<Void> work =
        () -> {
          if (Files.exists(path)) {
            readOn(genuine);
          }
          return null;
        };
    return vertx.executeBlocking(work, false);
  }

  private synchronized void readOn(Predicate<Checkpoint> genuine) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      readTo = file.size() < readTo ? 0 : readTo;
      file.position(readTo);
      InputStream in = new BufferedInputStream(Channels.newInputStream(file));
      ByteArrayOutputStream line = new ByteArrayOutputStream(512);
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          readTo += line.size() + 1L;
          take(line.toByteArray(), genuine);
          line.reset();
        } else {
          line.write(b);
        }
      }
    }
  }

  private void take(byte[] line, Predicate<Checkpoint> genuine) {
    parse(line)
        .filter(genuine)
        .ifPresentOrElse(this::remember, () -> log.error("audit_checkpoint_line_refused"));
  }

  private static Optional<Checkpoint> parse(byte[] line) {
    try {
      return ExportReader.parse(line) instanceof ExportItem.Signed(Checkpoint checkpoint)
          ? Optional.of(checkpoint)
          : Optional.empty();
    } catch (MalformedExport torn) {
      return Optional.empty();
    }
  }

  private void remember(Checkpoint checkpoint) {
    newest.merge(
        checkpoint.tenant(),
        checkpoint,
        (one, other) -> other.at().isBefore(one.at()) ? one : other);
  }

  /** The last checkpoint of each chain in the file, as far as it was read or written here. */
  List<Checkpoint> newest() {
    return List.copyOf(newest.values());
  }

  /** Those that were signed after what the file holds. */
  List<Checkpoint> fresh(List<Checkpoint> checkpoints) {
    return checkpoints.stream().filter(this::isNew).toList();
  }

  /** Appends those that are newer than what was written; one call at a time. */
  Future<Void> append(List<Checkpoint> checkpoints) {
    List<Checkpoint> fresh = fresh(checkpoints);
    if (fresh.isEmpty()) {
      return Future.succeededFuture();
    }
    return vertx
        .fileSystem()
        .open(path.toString(), APPEND)
        .compose(file -> write(file, fresh))
        .onSuccess(done -> fresh.forEach(this::remember));
  }

  private boolean isNew(Checkpoint checkpoint) {
    Checkpoint last = newest.get(checkpoint.tenant());
    return last == null || checkpoint.at().isAfter(last.at());
  }

  private static Future<Void> write(AsyncFile file, List<Checkpoint> fresh) {
    Buffer lines = Buffer.buffer();
    fresh.forEach(checkpoint -> lines.appendBytes(ExportWriter.checkpoint(checkpoint)));
    return file.write(lines).eventually(file::close);
  }
}
