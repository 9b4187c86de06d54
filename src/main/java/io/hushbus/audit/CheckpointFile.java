package io.hushbus.audit;

import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file outside the database to which checkpoints are appended, one JSON line each, readable by
 * the broker's user alone. Truncation of the database shows against it.
 *
 * <p>Remembers what it has written since it was opened, so that a write that failed is made up for
 * by the next; after a restart the newest checkpoint of each chain is written once more. The file
 * is opened anew for each write, so it may be moved away at any time.
 */
public final class CheckpointFile {

  private static final OpenOptions APPEND =
      new OpenOptions().setAppend(true).setCreate(true).setDsync(true).setPerms("rw-------");

  private final Vertx vertx;
  private final String path;
  private final Map<TenantId, Long> written = new HashMap<>();

  /**
   * @param path from the configuration only, never from a request
   */
  public CheckpointFile(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.path = path.toString();
  }

  /** Appends those that are newer than what was written; one call at a time. */
  Future<Void> append(List<Checkpoint> newest) {
    List<Checkpoint> fresh = newest.stream().filter(this::isNew).toList();
    if (fresh.isEmpty()) {
      return Future.succeededFuture();
    }
    return vertx
        .fileSystem()
        .open(path, APPEND)
        .compose(file -> write(file, fresh))
        .onSuccess(done -> fresh.forEach(each -> written.put(each.tenant(), each.sequence())));
  }

  private boolean isNew(Checkpoint checkpoint) {
    return checkpoint.sequence() > written.getOrDefault(checkpoint.tenant(), 0L);
  }

  private static Future<Void> write(AsyncFile file, List<Checkpoint> fresh) {
    Buffer lines = Buffer.buffer();
    fresh.forEach(checkpoint -> lines.appendBytes(ExportWriter.checkpoint(checkpoint)));
    return file.write(lines).eventually(file::close);
  }
}
