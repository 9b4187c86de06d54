package io.hushbus.audit;

import io.hushbus.audit.ExportItem.End;
import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.audit.ExportItem.Signed;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads a stored chain in order, a page at a time, each in a short transaction of its own: sealed
 * rows never change, so pages fit together. The next page is read when the last one was taken.
 */
final class ChainReader {

  private static final int PAGE = 1000;

  private final Db db;
  private final AuditKeys keys;
  private final TrailStore store = new TrailStore();

  ChainReader(Db db, AuditKeys keys) {
    this.db = db;
    this.keys = keys;
  }

  /** One page: its items, and the sequence it reaches. */
  private record Page(List<ExportItem> items, long reached, boolean last) {}

  /** Gives the records up to {@code upTo}, their checkpoints, and the end line. */
  Future<Void> read(TenantId tenant, long upTo, Function<List<ExportItem>, Future<Void>> sink) {
    Promise<Void> done = Promise.promise();
    step(tenant, 0, upTo, sink, done);
    return done.future();
  }

  /** A loop over callbacks: a chain of futures would grow with the number of pages. */
  private void step(
      TenantId tenant,
      long after,
      long upTo,
      Function<List<ExportItem>, Future<Void>> sink,
      Promise<Void> done) {
    db.read(tenant, tx -> page(tx, after, upTo))
        .compose(page -> sink.apply(page.items()).map(page))
        .onComplete(
            page -> {
              if (page.last()) {
                done.complete();
              } else {
                step(tenant, page.reached(), upTo, sink, done);
              }
            },
            done::fail);
  }

  private Future<Page> page(Tx tx, long after, long upTo) {
    return store.entries(tx, after, upTo, PAGE).compose(entries -> page(tx, after, upTo, entries));
  }

  private Future<Page> page(Tx tx, long after, long upTo, List<Entry> entries) {
    boolean last = entries.size() < PAGE;
    long reached = last ? upTo : entries.getLast().sequence();
    return store
        .checkpoints(tx, keys.cluster(), after, reached, Integer.MAX_VALUE)
        .map(signed -> new Page(merged(entries, signed, last, upTo), reached, last));
  }

  /** Each checkpoint right after the record with its sequence. */
  private static List<ExportItem> merged(
      List<Entry> entries, List<Checkpoint> signed, boolean last, long upTo) {
    List<ExportItem> items = new ArrayList<>(entries.size() + signed.size() + 1);
    int next = 0;
    for (Entry entry : entries) {
      while (next < signed.size() && signed.get(next).sequence() < entry.sequence()) {
        items.add(new Signed(signed.get(next++)));
      }
      items.add(entry);
    }
    signed.subList(next, signed.size()).forEach(checkpoint -> items.add(new Signed(checkpoint)));
    if (last) {
      items.add(new End(upTo));
    }
    return items;
  }
}
