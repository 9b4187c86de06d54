package io.hushbus.client;

/** Who reads notices. Called by one thread at a time; nothing more comes while it works. */
public interface NoticeReader {

  /** Something happened; or {@link Notice#RESET}, what happened is no longer kept. */
  void notice(Notice notice);

  /** A connection stands, the first or another: from here on nothing is missed. */
  default void connected() {}

  /**
   * Nothing more will come, since the broker said something final.
   *
   * @param why a {@link Refused}, mostly
   */
  default void ended(RuntimeException why) {}
}
