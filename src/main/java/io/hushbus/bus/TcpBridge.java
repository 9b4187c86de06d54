package io.hushbus.bus;

import io.hushbus.http.Certificates;
import io.hushbus.http.Connections;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The TCP event-bus bridge: the wire format of the one of Vert.x, so that its clients can be used,
 * with a bound on everything.
 */
public final class TcpBridge extends VerticleBase {

  private final Bridges bridges;
  private @Nullable NetServer server;

  public TcpBridge(Bridges bridges) {
    this.bridges = bridges;
  }

  @Override
  public Future<?> start() {
    BusSettings settings = bridges.settings();
    NetServerOptions options = new NetServerOptions();
    options.setHost(settings.host()).setPort(settings.port().orElseThrow());
    settings.tls().ifPresent(tls -> tls.secure(options));
    NetServer net = vertx.createNetServer(options);
    server = net;
    return net.connectHandler(this::connected).listen();
  }

  @Override
  public Future<?> stop() {
    NetServer open = server;
    return open == null
        ? Future.succeededFuture()
        : bridges
            .drain()
            .timeout(bridges.settings().stopDeadline().toMillis(), TimeUnit.MILLISECONDS)
            .otherwiseEmpty()
            .compose(done -> open.close());
  }

  /** The port in use, once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.actualPort();
  }

  private void connected(NetSocket socket) {
    String source = Optional.ofNullable(socket.remoteAddress().hostAddress()).orElse("");
    Peer peer = new Peer(source, Certificates.of(socket.sslSession()));
    Connections.Admission<Object> admission = bridges.connections().admit(socket, peer.network());
    admission.displaced().ifPresent(other -> ((NetSocket) other).close());
    if (!admission.admitted()) {
      bridges.refused(Refused.TOO_MANY_CONNECTIONS);
      socket.close();
      return;
    }
    serve(socket, peer);
  }

  private void serve(NetSocket socket, Peer peer) {
    FrameReader reader = new FrameReader(bridges.nanos());
    Session session =
        new Session(
            bridges,
            context,
            new Socket(socket, reader),
            peer,
            () -> bridges.connections().known(socket));
    socket.exceptionHandler(broken -> socket.close());
    socket.handler(bytes -> read(bytes, socket, reader, session));
    socket.closeHandler(
        closed -> {
          bridges.connections().release(socket, peer.network());
          session.closed();
        });
  }

  /** A peer that does not read its answers is not read from. */
  private static void read(Buffer bytes, NetSocket socket, FrameReader reader, Session session) {
    reader.add(bytes);
    try {
      Optional<Buffer> frame = reader.next(session.mostBytes());
      while (frame.isPresent()) {
        session.frame(frame.get());
        frame = reader.next(session.mostBytes());
      }
    } catch (Frame.Malformed other) {
      session.end(Refused.MALFORMED);
      return;
    }
    if (socket.writeQueueFull()) {
      socket.pause();
      socket.drainHandler(room -> socket.resume());
    }
  }

  private record Socket(NetSocket socket, FrameReader reader) implements Wire {

    @Override
    public Future<Void> send(Buffer frame) {
      return socket.write(
          Buffer.buffer(frame.length() + 4).appendInt(frame.length()).appendBuffer(frame));
    }

    @Override
    public void close() {
      socket.close();
    }

    @Override
    public OptionalLong waiting() {
      return reader.waiting();
    }
  }
}
