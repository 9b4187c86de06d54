package io.hushbus.proof;

import io.hushbus.db.StatementProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/**
 * What each transaction sends, and how often it waits for an answer before it sends more: what goes
 * out together is one trip.
 */
final class RoundTrips implements StatementProbe {

  private static final Duration POLL = Duration.ofMillis(1);

  private final List<Transaction> all = new CopyOnWriteArrayList<>();

  /** One transaction; used by the loop that it runs on, read when it has ended. */
  static final class Transaction implements StatementProbe {

    private final List<String> sent = new ArrayList<>();
    private int trips;
    private boolean answered = true;
    private volatile boolean ended;

    @Override
    public void before(String sql) {
      sent.add(sql);
      trips += answered ? 1 : 0;
      answered = false;
    }

    @Override
    public void after(String sql) {
      answered = true;
      ended |= sql.matches("COMMIT|ROLLBACK");
    }

    int statements() {
      return sent.size();
    }

    int trips() {
      return trips;
    }

    private boolean says(String part) {
      return sent.stream().anyMatch(sql -> sql.contains(part));
    }

    @Override
    public String toString() {
      return trips + " trips: " + String.join("\n; ", sent);
    }
  }

  @Override
  public StatementProbe transaction() {
    Transaction begun = new Transaction();
    all.add(begun);
    return begun;
  }

  @Override
  public void before(String sql) {}

  @Override
  public void after(String sql) {}

  /** The only transaction that has a statement with these words while {@code work} is done. */
  Transaction of(String words, Runnable work) {
    List<Transaction> before = List.copyOf(all);
    work.run();
    List<Transaction> since = new ArrayList<>(all);
    since.removeAll(before);
    Awaitility.await().pollInterval(POLL).until(() -> since.stream().allMatch(one -> one.ended));
    List<Transaction> found = since.stream().filter(one -> one.says(words)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " transactions of " + words + ": " + since);
    }
    return found.getFirst();
  }
}
