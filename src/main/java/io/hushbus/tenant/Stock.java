package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import java.util.ArrayList;
import java.util.List;

/** What one transaction adds to a tenant's inventory and takes from it. For one thread. */
public final class Stock {

  private final List<byte[]> touched = new ArrayList<>();
  private long secrets;
  private long highest;

  /** A row that is there from now on. */
  public void came(Canonical row) {
    touched.add(row.encode());
  }

  /** A row that was there, exactly as it was. */
  public void went(Canonical row) {
    touched.add(row.encode());
  }

  /** That many more heads of secrets, or with a minus, fewer. */
  public void secrets(int more) {
    secrets += more;
  }

  /** A head was written with that sequence. */
  public void reached(long sequence) {
    highest = Math.max(highest, sequence);
  }

  boolean isEmpty() {
    return touched.isEmpty();
  }

  /** What came and what went: a sum changes by both in the same way. */
  List<byte[]> touched() {
    return touched;
  }

  long secrets() {
    return secrets;
  }

  long highest() {
    return highest;
  }
}
