package io.hushbus.delivery;

/** One who follows the end of a log and is handed what comes. Called on the streams' loop. */
interface LiveReader {

  /** Events that were committed; the reader takes those that follow its own place. */
  void offer(Batch batch);

  /**
   * The log is another one now (a restored database), or has a hole. The reader is followed for no
   * longer, and finds out by reading on from its own place.
   */
  void lost();
}
