package io.hushbus.db;

/**
 * Sees every statement go out and its answer come back, {@code BEGIN} and {@code COMMIT} included:
 * the one statement boundary of the broker. Crash tests stop the process here.
 *
 * <p>Gets the text, never the parameters. Runs on the event loop: it must not block.
 */
public interface StatementProbe {

  /** Sees nothing: for production. */
  StatementProbe NONE =
      new StatementProbe() {
        @Override
        public void before(String sql) {}

        @Override
        public void after(String sql) {}
      };

  /** What sees the statements of one transaction, which begins now; by default all see the same. */
  default StatementProbe transaction() {
    return this;
  }

  /** Just before {@code sql} is sent. */
  void before(String sql);

  /** When the server, or a time-out, has answered {@code sql}. */
  void after(String sql);
}
