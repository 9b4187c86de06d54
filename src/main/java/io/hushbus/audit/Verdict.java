package io.hushbus.audit;

/** What the verification of one chain came to. */
public sealed interface Verdict {

  /**
   * Nothing is wrong as far as can be seen.
   *
   * @param records how many records were checked
   * @param covered up to which record a signed checkpoint vouches; what is after it rests on the
   *     export alone
   */
  record Sound(long records, long covered) implements Verdict {}

  /** Something is wrong; this is the first of it. */
  record Broken(Finding finding) implements Verdict {}
}
