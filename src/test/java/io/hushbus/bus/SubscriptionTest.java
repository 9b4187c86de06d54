package io.hushbus.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * The reader of a stream over the event bus, as the stream sees it: what bounds the memory of a
 * slow reader (N-76) is that a write is not done before the wire has taken it.
 */
final class SubscriptionTest {

  private static final Buffer EVENTS =
      Buffer.buffer("id: c1\nevent: one\ndata: {}\n\nid: c2\nevent: two\ndata: {}\n\n");

  /** Takes nothing until it is told to. */
  private static final class StuckWire implements Wire {
    private final List<Promise<Void>> sent = new ArrayList<>();
    private boolean closed;

    @Override
    public Future<Void> send(Buffer frame) {
      Promise<Void> taken = Promise.promise();
      sent.add(taken);
      return taken.future();
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public OptionalLong waiting() {
      return OptionalLong.empty();
    }
  }

  private final StuckWire wire = new StuckWire();
  private final Subscription reader = new Subscription("hushbus.events.a", wire, () -> {});

  @Test
  void n76_a_write_is_done_when_the_wire_has_taken_all_of_it() {
    Future<Void> written = reader.write(EVENTS);
    assertThat(wire.sent).hasSize(2);
    wire.sent.getFirst().complete();
    assertThat(written.isComplete()).isFalse();
    wire.sent.getLast().complete();
    assertThat(written.succeeded()).isTrue();
  }

  @Test
  void n76_one_that_is_cut_off_loses_its_connection() {
    reader.abort();
    assertThat(wire.closed).isTrue();
  }

  @Test
  void to_one_that_has_left_nothing_is_sent() {
    reader.left();
    assertThat(reader.write(EVENTS).failed()).isTrue();
    assertThat(wire.sent).isEmpty();
  }
}
