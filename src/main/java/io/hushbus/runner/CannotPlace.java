package io.hushbus.runner;

import java.io.IOException;

/** A file cannot be where it should: a sentence for people, without a value. */
public final class CannotPlace extends IOException {

  private static final long serialVersionUID = 1L;

  CannotPlace(String line) {
    super(line);
  }
}
