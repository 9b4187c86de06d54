package io.hushbus.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A whole answer, bounded, in one array; what the array grew out of is overwritten. */
final class Gathered implements BodySubscriber<byte[]> {

  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private final int most;
  private byte[] bytes = new byte[1024];
  private int size;
  private Flow.@Nullable Subscription source;

  private Gathered(int most) {
    this.most = most;
  }

  static Gathered atMost(int bytes) {
    return new Gathered(bytes);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    source = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> chunks) {
    chunks.forEach(this::add);
  }

  private void add(ByteBuffer chunk) {
    if (whole.isDone()) {
      return;
    }
    if (chunk.remaining() > most - size) {
      onError(new TooLong());
      if (source != null) {
        source.cancel();
      }
      return;
    }
    room(chunk.remaining());
    int length = chunk.remaining();
    chunk.get(bytes, size, length);
    size += length;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      byte[] old = bytes;
      bytes = Arrays.copyOf(old, Math.max(old.length * 2, size + more));
      Arrays.fill(old, (byte) 0);
    }
  }

  @Override
  public void onError(Throwable failure) {
    Arrays.fill(bytes, (byte) 0);
    whole.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    byte[] exact = Arrays.copyOf(bytes, size);
    Arrays.fill(bytes, (byte) 0);
    whole.complete(exact);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }
}
