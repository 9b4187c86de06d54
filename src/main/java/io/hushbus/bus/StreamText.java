package io.hushbus.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what delivery writes for streams of server-sent events: whole events, each field on one
 * line. Not a reader for streams of others.
 */
final class StreamText {

  private StreamText() {}

  /**
   * One event of the stream.
   *
   * @param data JSON
   */
  record Part(Optional<String> cursor, String event, String data) {}

  /** The events in the text, in order; comments are left out. */
  static List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    for (String block : text.split("\n\n", -1)) {
      Optional<String> data = field(block, "data: ");
      data.ifPresent(
          json ->
              parts.add(
                  new Part(field(block, "id: "), field(block, "event: ").orElse("message"), json)));
    }
    return parts;
  }

  private static Optional<String> field(String block, String name) {
    return block
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst();
  }
}
