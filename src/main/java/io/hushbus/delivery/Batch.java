package io.hushbus.delivery;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events in position order that several readers are offered together. Joined into one buffer at
 * most once, for all readers that see the whole of it.
 */
final class Batch {

  private final List<Notice> notices;
  private @Nullable Buffer frames;

  Batch(List<Notice> notices) {
    this.notices = List.copyOf(notices);
  }

  List<Notice> notices() {
    return notices;
  }

  /** Every notice as server-sent events, one after the other. */
  Buffer frames() {
    if (frames == null) {
      frames = notices.size() == 1 ? notices.getFirst().frame() : joined(notices);
    }
    return frames;
  }

  /** The frames of {@code some} notices in one buffer. */
  static Buffer joined(List<Notice> some) {
    Buffer all = Buffer.buffer(some.stream().mapToInt(notice -> notice.frame().length()).sum());
    some.forEach(notice -> all.appendBuffer(notice.frame()));
    return all;
  }
}
