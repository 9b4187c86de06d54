package io.hushbus.runner;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Where values come from: a broker, or a file. */
public interface Source extends AutoCloseable {

  /**
   * All that is needed, by folded names of secrets; theirs who asked. Blocks.
   *
   * @throws Unmet with all that cannot be had
   */
  Map<String, Material> open();

  /** What the child needs, once {@link #open opened}. */
  List<Need> needs();

  /** What it can do without and does not have, once {@link #open opened}. */
  default List<Unmet.Reason> skipped() {
    return List.of();
  }

  /** From now on newer values, and ends, are told. */
  void listen(Listener listener);

  /** Gives everything back. Never throws. */
  void close(boolean succeeded);

  @Override
  default void close() {
    close(false);
  }

  /** Is told what happens to what is held. Called on any thread; must not block. */
  interface Listener {

    /**
     * A newer version.
     *
     * @param newer whose values are the listener's
     * @return what became of it
     */
    Future<Outcome> changed(Material newer);

    /**
     * One may not be used any more.
     *
     * @param why the rest of a sentence that begins with the name of the secret
     */
    void lost(String folded, String why);

    /** Something that people should know. */
    void said(String line);
  }

  /** What became of a newer version. */
  sealed interface Outcome {
    /** It is in use, and no older one is. */
    record Applied() implements Outcome {}

    /** It could not be put to use. */
    record Failed(String why) implements Outcome {}

    /** Not now. */
    record Deferred(String why) implements Outcome {}
  }
}
