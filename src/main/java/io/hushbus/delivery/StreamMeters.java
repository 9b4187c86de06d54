package io.hushbus.delivery;

/** What the streams count; the composition root connects it to the metrics. */
public interface StreamMeters {

  /** Counts nothing. */
  StreamMeters NONE =
      new StreamMeters() {
        @Override
        public void streams(int open) {}

        @Override
        public void delivered(int notices) {}

        @Override
        public void slowReader() {}

        @Override
        public void hole() {}

        @Override
        public void followerFailed() {}
      };

  /** A row of this table does not verify: another hand wrote it. */
  default void rowForged(String table) {}

  /** A notice was posted to an endpoint, with this outcome: {@code delivered}, {@code refused}. */
  default void posted(String outcome) {}

  /** Whether logs move and no hints come by this channel: {@code notify}, {@code cluster}. */
  default void hintsSilent(String channel, boolean silent) {}

  /** An endpoint was switched off. */
  default void webhookDisabled() {}

  /** Streams and waiting polls open on this node. */
  void streams(int open);

  /** Notices written to readers. */
  void delivered(int notices);

  /** A reader was closed because it did not read. */
  void slowReader();

  /** A position was missing in a log: reading waits for it, and gives up after some ticks. */
  void hole();

  /** The log could not be read; the next tick tries again. */
  void followerFailed();
}
