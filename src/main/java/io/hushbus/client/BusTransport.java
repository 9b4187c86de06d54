package io.hushbus.client;

import io.hushbus.model.SecretValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A broker over the TCP bridge of its event bus ({@code docs/event-bus.md}): one connection for
 * requests and notices, made when it is needed, and again when it was lost. Values travel sealed
 * alone, so they are leased by a run, which gets a key of its own.
 *
 * <p>It carries runs, leases, secrets and notices; what else is asked fails at once.
 */
public final class BusTransport implements Transport {

  private static final int CONNECT_MILLIS = 5_000;

  private final Context context;
  private final NetClient net;
  private final String host;
  private final int port;
  private final String tenant;

  // Of the context alone.
  private @Nullable Future<BusConnection> connection;
  private boolean closed;

  private BusTransport(Context context, NetClient net, String host, int port, String tenant) {
    this.context = context;
    this.net = net;
    this.host = host;
    this.port = port;
    this.tenant = tenant;
  }

  /**
   * @param vertx the caller's, which stays open
   * @param options of the connection, such as its TLS
   * @param port the broker's {@code bus.tcp.port}
   * @param tenant the id of the caller's tenant: sealed values say for whom they are
   */
  public static BusTransport to(
      Vertx vertx, NetClientOptions options, String host, int port, String tenant) {
    NetClientOptions own = new NetClientOptions(options).setConnectTimeout(CONNECT_MILLIS);
    return new BusTransport(
        vertx.getOrCreateContext(), vertx.createNetClient(own), host, port, tenant);
  }

  @Override
  public Future<Reply> call(Call call) {
    Optional<BusAddress> address = BusAddress.of(call);
    if (address.isEmpty()) {
      return Future.failedFuture(Unreachable.unsent("the event bus does not carry " + call));
    }
    return connected((open, done) -> open.ask(address.get(), call).onComplete(done));
  }

  @Override
  public Future<EventFeed> events(Call call, EventSink sink) {
    return connected(
        (open, done) ->
            open.ask(BusAddress.events(call), call)
                .map(reply -> subscribed(open, call.token(), reply, sink))
                .onComplete(done));
  }

  private EventFeed subscribed(BusConnection open, SecretValue token, Reply reply, EventSink sink) {
    if (reply.status() / 100 != 2) {
      throw Refused.of(reply);
    }
    String address = Json.parse(reply.body()).orElse(Json.EMPTY).text("address");
    open.listen(address, token, sink);
    return () -> context.runOnContext(go -> open.leave(address, token));
  }

  /** What is done with a connection, on the context. */
  @FunctionalInterface
  private interface Use<T> {
    void with(BusConnection open, Promise<T> done);
  }

  private <T> Future<T> connected(Use<T> use) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        go ->
            connection()
                .onSuccess(open -> use.with(open, done))
                .onFailure(away -> done.fail(Unreachable.unsent("no connection to " + address()))));
    return done.future();
  }

  private Future<BusConnection> connection() {
    Future<BusConnection> present = connection;
    if (present != null && !(present.succeeded() && present.result().isOver())) {
      return present.recover(failed -> fresh());
    }
    return fresh();
  }

  private Future<BusConnection> fresh() {
    if (closed) {
      return Future.failedFuture(Unreachable.unsent("the client was closed"));
    }
    Future<BusConnection> made =
        net.connect(port, host)
            .map(socket -> new BusConnection(context.owner(), socket, address()).listening());
    connection = made;
    return made;
  }

  @Override
  public Optional<String> sealedFor() {
    return Optional.of(tenant);
  }

  @Override
  public boolean pages() {
    return false;
  }

  @Override
  public String address() {
    return host + ":" + port;
  }

  @Override
  public void close() {
    context.runOnContext(
        go -> {
          closed = true;
          net.close();
        });
  }
}
