package io.hushbus.outbound;

import io.hushbus.model.Network;
import io.hushbus.outbound.OutboundFailed.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to a server that somebody outside has named, without being led astray (see the
 * package). One client for each TLS profile, of which the latest used are kept.
 *
 * <p>Every failure is an {@link OutboundFailed}; the answer comes on the caller's context.
 */
public final class Outbound implements AutoCloseable {

  private static final int PROFILES = 64;
  private static final int AT_ONCE = 64;

  private final Vertx vertx;
  private final Resolver resolver;
  private final AddressGuard guard;
  private final boolean plain;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<TlsProfile, HttpClient> clients =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TlsProfile, HttpClient> eldest) {
          if (size() <= PROFILES) {
            return false;
          }
          eldest.getValue().shutdown(1, TimeUnit.MINUTES);
          return true;
        }
      };

  /**
   * @param allowed networks that may be reached beside public ones
   * @param plain whether http without TLS is spoken, to loopback alone; for development
   */
  public Outbound(Vertx vertx, Resolver resolver, List<Network> allowed, boolean plain) {
    this.vertx = vertx;
    this.resolver = resolver;
    this.guard = new AddressGuard(allowed);
    this.plain = plain;
  }

  /**
   * Whether a request to {@code uri} could be sent, as far as its text says: scheme, form, a port
   * that is not another protocol's, and a literal address that may be reached. What a name leads to
   * is seen when it is asked.
   */
  public boolean plausible(String uri) {
    return Destination.parse(uri)
        .filter(to -> to.secure() || (plain && to.saysLoopback()))
        .filter(to -> to.port() == 443 || to.port() == 80 || to.port() >= 1024)
        .filter(to -> to.literal().map(guard::permits).orElse(true))
        .isPresent();
  }

  /** Sends the request, and gives the whole answer. */
  public Future<OutboundReply> send(OutboundRequest request) {
    if (underWay.incrementAndGet() > AT_ONCE) {
      underWay.decrementAndGet();
      return failed(Reason.BUSY);
    }
    Attempt attempt = new Attempt(request);
    return attempt.run().onComplete(done -> underWay.decrementAndGet());
  }

  @Override
  public void close() {
    synchronized (clients) {
      clients.values().forEach(HttpClient::close);
      clients.clear();
    }
  }

  private HttpClient client(TlsProfile profile) {
    synchronized (clients) {
      return clients.computeIfAbsent(profile, this::open);
    }
  }

  private HttpClient open(TlsProfile profile) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setKeepAlive(false)
            .setDecompressionSupported(false)
            .setMaxHeaderSize(16 * 1024)
            .setMaxInitialLineLength(1024)
            .setMaxRedirects(0)
            .setTrustAll(false)
            .setVerifyHost(true)
            .setEnabledSecureTransportProtocols(new LinkedHashSet<>(List.of("TLSv1.3", "TLSv1.2")));
    profile
        .authorities()
        .ifPresent(
            pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
    return vertx.createHttpClient(
        options, new PoolOptions().setHttp1MaxSize(AT_ONCE).setMaxWaitQueueSize(AT_ONCE));
  }

  private static <T> Future<T> failed(Reason reason) {
    return Future.failedFuture(new OutboundFailed(reason));
  }

  /** One request on its way. Whatever ends first, answer or deadline, ends it. */
  private final class Attempt {

    private final OutboundRequest asked;
    private final Promise<OutboundReply> outcome = Promise.promise();
    private volatile @Nullable HttpClientRequest sent;

    Attempt(OutboundRequest asked) {
      this.asked = asked;
    }

    Future<OutboundReply> run() {
      long timer = vertx.setTimer(Math.max(1, asked.deadline().toMillis()), late -> late());
      Destination.parse(asked.uri())
          .filter(to -> to.secure() || plain)
          .map(this::to)
          .orElseGet(() -> failed(Reason.URI))
          .onComplete(outcome::tryComplete, cause -> outcome.tryFail(known(cause)));
      return outcome.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void late() {
      outcome.tryFail(new OutboundFailed(Reason.DEADLINE));
      abandon();
    }

    private void abandon() {
      HttpClientRequest request = sent;
      if (request != null) {
        request.reset();
      }
    }

    private Future<OutboundReply> to(Destination to) {
      return resolver
          .addresses(to.host())
          .compose(addresses -> checked(to, addresses))
          .compose(address -> request(to, address));
    }

    /** One forbidden address among several forbids them all: somebody is trying. */
    private Future<InetAddress> checked(Destination to, List<InetAddress> addresses) {
      if (addresses.isEmpty()) {
        return failed(Reason.NAME);
      }
      boolean permitted = addresses.stream().allMatch(guard::permits);
      boolean fit = to.secure() || addresses.stream().allMatch(InetAddress::isLoopbackAddress);
      return permitted && fit
          ? Future.succeededFuture(addresses.getFirst())
          : failed(Reason.ADDRESS);
    }

    private Future<OutboundReply> request(Destination to, InetAddress address) {
      if (outcome.future().isComplete()) {
        return failed(Reason.DEADLINE);
      }
      RequestOptions options =
          new RequestOptions()
              .setServer(SocketAddress.inetSocketAddress(to.port(), address.getHostAddress()))
              .setHost(to.host())
              .setPort(to.port())
              .setSsl(to.secure())
              .setMethod(asked.method())
              .setURI(to.target())
              .setFollowRedirects(false);
      asked.headers().forEach(options::putHeader);
      return client(asked.tls())
          .request(options)
          .compose(
              request -> {
                sent = request;
                if (outcome.future().isComplete()) {
                  request.reset();
                }
                // Here, on the request's own context, nothing of the answer can have come by yet.
                return request.send(asked.body()).compose(this::answered);
              });
    }

    private Future<OutboundReply> answered(HttpClientResponse response) {
      Promise<OutboundReply> whole = Promise.promise();
      Buffer body = Buffer.buffer();
      response.exceptionHandler(whole::tryFail);
      Optional<String> retryAfter = Optional.ofNullable(response.getHeader("Retry-After"));
      response.endHandler(
          end -> whole.tryComplete(new OutboundReply(response.statusCode(), body, retryAfter)));
      response.handler(
          bytes -> {
            if (body.length() + bytes.length() > asked.mostBytes()) {
              whole.tryFail(new OutboundFailed(Reason.SIZE));
              abandon();
            } else {
              body.appendBuffer(bytes);
            }
          });
      return whole.future();
    }

    private static Throwable known(Throwable cause) {
      return cause instanceof OutboundFailed ? cause : new OutboundFailed(Reason.CONNECTION);
    }
  }
}
