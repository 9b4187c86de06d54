package io.hushbus.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Server-sent events, as far as the broker uses them: fields {@code id}, {@code event} and {@code
 * data}. An event without an empty line behind it was cut off, and is none.
 */
final class ServerSentEvents {

  private final int limit;
  private final Consumer<StreamEvent> sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
  private final StringBuilder data = new StringBuilder();
  private String id = "";
  private String type = "";

  ServerSentEvents(int limit, Consumer<StreamEvent> sink) {
    this.limit = limit;
    this.sink = sink;
  }

  /**
   * @throws TooLong if a line, or an event, has more bytes than the limit
   */
  void read(ByteBuffer chunk) throws TooLong {
    while (chunk.hasRemaining()) {
      byte one = chunk.get();
      if (one == '\n') {
        line(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else if (line.size() + data.length() < limit) {
        line.write(one);
      } else {
        throw new TooLong();
      }
    }
  }

  private void line(String text) {
    String line = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    if (line.isEmpty()) {
      dispatch();
      return;
    }
    int colon = line.indexOf(':');
    String name = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    field(name, value.startsWith(" ") ? value.substring(1) : value);
  }

  private void field(String name, String value) {
    switch (name) {
      case "id" -> id = value;
      case "event" -> type = value;
      case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
      default -> {
        // a comment, which says that the stream lives, or what nobody here asks for
      }
    }
  }

  private void dispatch() {
    if (!data.isEmpty()) {
      sink.accept(new StreamEvent(id, type, data.toString()));
    }
    data.setLength(0);
    type = "";
  }
}
