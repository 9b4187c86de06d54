package io.hushbus.audit;

/**
 * A line of an export or of a checkpoint file is not in the format. The message says what was
 * expected and never repeats the line.
 */
final class MalformedExport extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MalformedExport(String expectation) {
    super(expectation);
  }
}
