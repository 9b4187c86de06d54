package io.hushbus.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.net.impl.MessageWrite;
import io.vertx.core.net.impl.VertxConnection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of HTTP/1.1 (RFC 9112, section 7.1) that many responses are sent: size, bytes and end of a
 * chunk are one buffer, made once for all that are sent the same bytes one after the other. The
 * server's encoder would make three of them for each response.
 *
 * <p>Like the sinks of streams, called from one event loop.
 */
final class SharedChunks {

  private static final String ENCODER = "httpEncoder";
  private static final Passage PASSAGE = new Passage();

  /** A chunk as it goes over the wire; not from a pool, so that nobody has to free it. */
  private record Chunk(ByteBuf wire) {}

  private @Nullable Buffer last;
  private ByteBuf wire = Unpooled.EMPTY_BUFFER;

  /**
   * How more bytes of a response whose head was sent reach its connection: in chunks, if that is
   * what the head has said. They must not be changed; completes when they have left for the socket,
   * and fails if the far end has left.
   */
  Function<Buffer, Future<Void>> of(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    return response.isChunked()
            && request.connection() instanceof HttpServerConnection http
            && request.connection() instanceof VertxConnection connection
            && prepared(http.channelHandlerContext().pipeline())
        ? bytes -> write(connection, http.context().promise(), new Chunk(wire(bytes)))
        : response::write;
  }

  private static Future<Void> write(
      VertxConnection connection, PromiseInternal<Void> left, Chunk chunk) {
    connection.writeToChannel(
        new MessageWrite() {
          @Override
          @SuppressWarnings("FutureReturnValueIgnored") // that future is this promise's
          public void write() {
            connection.write(chunk, false, left);
          }

          @Override
          public void cancel(Throwable cause) {
            left.fail(cause);
          }
        });
    return left.future();
  }

  @SuppressWarnings("ReferenceEquality") // the same bytes are the same object, or are made anew
  private ByteBuf wire(Buffer bytes) {
    if (bytes != last) {
      Buffer chunk = Buffer.buffer(bytes.length() + 12);
      chunk.appendString(Integer.toHexString(bytes.length())).appendString("\r\n");
      chunk.appendBuffer(bytes).appendString("\r\n");
      wire = Unpooled.wrappedBuffer(chunk.getBytes());
      last = bytes;
    }
    return wire.retainedDuplicate();
  }

  private static boolean prepared(ChannelPipeline pipeline) {
    if (pipeline.get(Passage.class) == null) {
      if (pipeline.get(ENCODER) == null) {
        return false;
      }
      pipeline.addBefore(ENCODER, "chunks", PASSAGE);
    }
    return true;
  }

  /** Behind the encoder, which lets pass what it does not know. */
  @ChannelHandler.Sharable
  private static final class Passage extends ChannelOutboundHandlerAdapter {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // that future is this promise
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      context.write(message instanceof Chunk chunk ? chunk.wire() : message, promise);
    }
  }
}
