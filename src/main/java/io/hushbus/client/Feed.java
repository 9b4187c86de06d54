package io.hushbus.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events on its connection. It is its own body: the answer is there as soon
 * as its head is. A broker says something every 15 s; a stream that is silent for longer than
 * {@link #SILENCE} has lost its connection.
 */
final class Feed implements BodySubscriber<Object>, EventFeed {

  static final Duration SILENCE = Duration.ofSeconds(40);

  private final EventSink sink;
  private final ServerSentEvents events;
  private final String address;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile long heard = System.nanoTime();
  private volatile Flow.@Nullable Subscription source;

  Feed(EventSink sink, int limit, String address) {
    this.sink = sink;
    this.events = new ServerSentEvents(limit, sink::event);
    this.address = address;
  }

  @Override
  public CompletionStage<Object> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    source = subscription;
    if (over.get()) {
      subscription.cancel();
      return;
    }
    watch();
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> chunks) {
    heard = System.nanoTime();
    try {
      sink.alive();
      for (ByteBuffer chunk : chunks) {
        events.read(chunk);
      }
    } catch (TooLong endless) {
      end(Optional.of(new Unreachable("an event from " + address + " is too long")));
      return;
    } catch (Unreachable noEvent) {
      end(Optional.of(noEvent));
      return;
    }
    Flow.Subscription more = source;
    if (more != null && !over.get()) {
      more.request(1);
    }
  }

  private void watch() {
    Executor later =
        CompletableFuture.delayedExecutor(SILENCE.toMillis() / 4, TimeUnit.MILLISECONDS);
    later.execute(
        () -> {
          if (System.nanoTime() - heard > SILENCE.toNanos()) {
            end(Optional.of(new Unreachable("nothing is heard from " + address)));
          } else if (!over.get()) {
            watch();
          }
        });
  }

  @Override
  public void onError(Throwable failure) {
    end(Optional.of(new Unreachable("the stream from " + address + " broke off")));
  }

  @Override
  public void onComplete() {
    end(Optional.empty());
  }

  @Override
  public void close() {
    end(Optional.empty());
  }

  private void end(Optional<Unreachable> why) {
    if (over.compareAndSet(false, true)) {
      Flow.Subscription more = source;
      if (more != null) {
        more.cancel();
      }
      sink.ended(why);
    }
  }
}
