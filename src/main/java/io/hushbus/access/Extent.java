package io.hushbus.access;

/** How far a right goes, from least to most. */
public enum Extent {
  /** Not at all. */
  NONE,
  /** To what belongs to the caller itself, such as its own leases. */
  OWN,
  /** To everything where the role was given. */
  ALL;

  /** The wider of both. */
  Extent or(Extent other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
