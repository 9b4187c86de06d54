package io.hushbus.client;

import java.util.Optional;

/** Who reads a stream. Called by one thread at a time; the stream waits while it works. */
public interface EventSink {

  /** An event has come. */
  void event(StreamEvent event);

  /** The stream lives, be it by an event or by less. */
  default void alive() {}

  /**
   * Nothing more will come.
   *
   * @param why empty if the other side, or the reader, ended it in order
   */
  void ended(Optional<Unreachable> why);
}
