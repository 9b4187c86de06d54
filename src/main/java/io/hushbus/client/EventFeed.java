package io.hushbus.client;

/** A stream that is open. */
@FunctionalInterface
public interface EventFeed extends AutoCloseable {

  /** Ends it; its sink is told. Does not wait, may be called again. */
  @Override
  void close();
}
