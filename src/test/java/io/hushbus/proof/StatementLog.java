package io.hushbus.proof;

import io.hushbus.db.StatementProbe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * The statements that a quiet broker sends while it works on one request, in the order of their
 * texts: what it asks for side by side comes in either order.
 */
final class StatementLog implements StatementProbe {

  private static final Duration POLL = Duration.ofMillis(1);

  private final List<String> sent = new CopyOnWriteArrayList<>();

  @Override
  public void before(String sql) {
    sent.add(sql);
  }

  @Override
  public void after(String sql) {}

  /**
   * Does the work and adds what was sent meanwhile to {@code statements}, once every transaction
   * has ended: an answer may come before the end of one that it did not need.
   */
  <T> T during(List<String> statements, Supplier<T> work) {
    int start = sent.size();
    T done = work.get();
    Awaitility.await().pollInterval(POLL).until(() -> open(start) == 0);
    List<String> all = List.copyOf(sent);
    statements.addAll(all.subList(start, all.size()).stream().sorted().toList());
    return done;
  }

  private long open(int start) {
    List<String> all = List.copyOf(sent);
    List<String> since = all.subList(Math.min(start, all.size()), all.size());
    long begun = since.stream().filter(sql -> sql.startsWith("BEGIN")).count();
    long ended = since.stream().filter(sql -> sql.matches("COMMIT|ROLLBACK")).count();
    return begun > ended ? begun - ended : 0;
  }
}
