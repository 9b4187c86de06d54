package io.hushbus.faults;

/** What goes wrong, and how the catalogue of faults in the design calls it. */
enum Fault {
  /** A broker ends without a word, and another takes its place (F2). */
  KILL,
  /** A broker stands still and then goes on as if nothing had been (F15). */
  PAUSE,
  /** The database is restarted in order. */
  RESTART_DATABASE,
  /** The database crashes and recovers from its log (F3, F30). */
  CRASH_DATABASE,
  /** The process of one connection is killed, and the database restarts itself (F3). */
  KILL_BACKEND,
  /** The database ends single connections. */
  END_SESSIONS,
  /** The connections of a broker to the database are reset. */
  CUT,
  /** Nothing arrives any more, and nobody is told (F8). */
  SILENCE,
  /** A commit whose answer is lost with its connection (F10). */
  LOSE_COMMIT,
  /** The clock of one node is an hour wrong (F11). */
  CLOCK
}
