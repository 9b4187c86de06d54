package io.hushbus.tenant;

import java.util.List;

/**
 * Where the rotation of a tenant's key is: it passes over all tables, again and again, until one
 * pass has found nothing to do. Pure.
 *
 * @param table index of the table the pass is at
 * @param after the last row of it that was looked at
 * @param proving whether this pass counts as proof: it began when no node could use an old
 *     generation any more
 * @param moved rows that this pass moved
 * @param broken rows that this pass could not move
 */
record RotationPlace(int table, String after, boolean proving, long moved, long broken) {

  private static final String SEPARATOR = "|";

  /** What to do when a pass has come to its end. */
  enum Verdict {
    /** Nothing is left: the old generations can be retired. */
    CLEAN,
    /** Rows are left that do not verify: nothing more can be done. */
    BROKEN,
    /** Another pass is needed. */
    AGAIN
  }

  static RotationPlace start(boolean proving) {
    return new RotationPlace(0, "", proving, 0, 0);
  }

  /** The place after a batch of the table that the pass is at. */
  RotationPlace then(KeyedRows.Batch batch) {
    long all = moved + batch.moved();
    long bad = broken + batch.broken();
    return batch
        .last()
        .map(last -> new RotationPlace(table, last, proving, all, bad))
        .orElseGet(() -> new RotationPlace(table + 1, "", proving, all, bad));
  }

  boolean pastAll(int tables) {
    return table >= tables;
  }

  Verdict verdict() {
    if (!proving || moved > 0) {
      return Verdict.AGAIN;
    }
    return broken > 0 ? Verdict.BROKEN : Verdict.CLEAN;
  }

  String text() {
    return String.join(
        SEPARATOR,
        List.of(
            Integer.toString(table),
            after,
            Boolean.toString(proving),
            Long.toString(moved),
            Long.toString(broken)));
  }

  static RotationPlace parse(String text) {
    List<String> parts = List.of(text.split("\\|", -1));
    return new RotationPlace(
        Integer.parseInt(parts.get(0)),
        parts.get(1),
        Boolean.parseBoolean(parts.get(2)),
        Long.parseLong(parts.get(3)),
        Long.parseLong(parts.get(4)));
  }
}
