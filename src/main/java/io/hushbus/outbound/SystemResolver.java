package io.hushbus.outbound;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks the system, as any program on this machine would. The call blocks and cannot be given up, so
 * it has a few threads of its own and a short queue: a name server that does not answer costs
 * these, and no event loop.
 */
public final class SystemResolver implements Resolver, AutoCloseable {

  private static final int THREADS = 4;
  private static final int WAITING = 64;

  private final Vertx vertx;
  private final ThreadPoolExecutor threads;

  public SystemResolver(Vertx vertx) {
    this.vertx = vertx;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("hushbus-resolver-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public Future<List<InetAddress>> addresses(String host) {
    Context context = vertx.getOrCreateContext();
    Promise<List<InetAddress>> found = Promise.promise();
    try {
      threads.execute(
          () -> {
            Future<List<InetAddress>> answer = ask(host);
            context.runOnContext(turn -> answer.onComplete(found::complete, found::fail));
          });
    } catch (RejectedExecutionException full) {
      found.fail(new OutboundFailed(OutboundFailed.Reason.BUSY));
    }
    return found.future();
  }

  private static Future<List<InetAddress>> ask(String host) {
    try {
      return Future.succeededFuture(List.of(InetAddress.getAllByName(host)));
    } catch (UnknownHostException | RuntimeException none) {
      return Future.failedFuture(new OutboundFailed(OutboundFailed.Reason.NAME));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
