package io.hushbus.runner;

import java.nio.file.Path;
import java.util.List;

/** A file that was named cannot be used: every reason, none with a value. */
public final class UnreadableFile extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableFile(Path file, List<String> reasons) {
    super(file + ": " + String.join("; ", reasons), null, false, false);
  }
}
