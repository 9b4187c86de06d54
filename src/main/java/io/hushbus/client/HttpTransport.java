package io.hushbus.client;

import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** A broker over HTTP, by the JDK's own client. Follows no redirect, which would carry a token. */
public final class HttpTransport implements Transport {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final String AGENT = "hushbus-java/" + Runtime.version().feature();
  private static final int EVENT_LIMIT = 1024 * 1024;

  private final URI address;
  private final HttpClient http;

  private HttpTransport(URI address, HttpClient http) {
    this.address = address;
    this.http = http;
  }

  /**
   * @param address such as {@code https://broker.example:8420}, without a path
   * @param tls whom to trust, and the certificate to show; empty: the JDK's authorities, and none
   */
  public static HttpTransport to(URI address, Optional<SSLContext> tls) {
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    tls.ifPresent(http::sslContext);
    return new HttpTransport(address, http.build());
  }

  @Override
  public Future<Reply> call(Call call) {
    return exchanged(call, info -> Gathered.atMost(call.limit()))
        .map(done -> new Reply(done.statusCode(), done.headers().map(), done.body()));
  }

  @Override
  public Future<Reply> download(Call call, OutputStream to) {
    return exchanged(
            call, info -> info.statusCode() == 200 ? copied(to) : Gathered.atMost(call.limit()))
        .map(done -> new Reply(done.statusCode(), done.headers().map(), done.body()));
  }

  /** A chunk more is asked for when one is written. */
  private static BodySubscriber<byte[]> copied(OutputStream to) {
    return HttpResponse.BodySubscribers.mapping(
        HttpResponse.BodySubscribers.ofByteArrayConsumer(
            chunk -> chunk.ifPresent(bytes -> written(to, bytes))),
        all -> new byte[0]);
  }

  private static void written(OutputStream to, byte[] bytes) {
    try {
      to.write(bytes);
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }

  @Override
  public Future<EventFeed> events(Call call, EventSink sink) {
    return exchanged(call, info -> body(info, new Feed(sink, EVENT_LIMIT, address())))
        .compose(HttpTransport::accepted);
  }

  /** The events of a stream, or the bytes of another answer. */
  private static BodySubscriber<Object> body(HttpResponse.ResponseInfo info, Feed feed) {
    return isStream(info.statusCode(), type(info.headers()))
        ? feed
        : HttpResponse.BodySubscribers.mapping(Gathered.atMost(EVENT_LIMIT), bytes -> bytes);
  }

  private static Future<EventFeed> accepted(HttpResponse<Object> answer) {
    if (answer.body() instanceof Feed feed) {
      return Future.succeededFuture(feed);
    }
    int status = answer.statusCode();
    return Future.failedFuture(
        status == 200 || status == 406 || status == 415
            ? new NoStream()
            : Refused.of(new Reply(status, answer.headers().map(), (byte[]) answer.body())));
  }

  private static boolean isStream(int status, String type) {
    return status == 200 && type.startsWith("text/event-stream");
  }

  private static String type(java.net.http.HttpHeaders headers) {
    return headers.firstValue("content-type").orElse("");
  }

  private <T> Future<HttpResponse<T>> exchanged(Call call, HttpResponse.BodyHandler<T> body) {
    CompletableFuture<HttpResponse<T>> sent = http.sendAsync(request(call), body);
    return Future.fromCompletionStage(
            sent.copy().orTimeout(call.deadline().toMillis(), TimeUnit.MILLISECONDS))
        .recover(
            failure -> {
              sent.cancel(true);
              return Future.failedFuture(unreachable(failure));
            });
  }

  private HttpRequest request(Call call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(root() + "/api/v1" + call.target()))
            .timeout(call.deadline())
            .header("Authorization", bearer(call.token()))
            .header("User-Agent", AGENT)
            .method(call.method(), body(call));
    call.headers().forEach(request::setHeader);
    return request.build();
  }

  private String root() {
    String text = address.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /**
   * A header is text: the one place where a token is. What no header can hold is refused here,
   * since the JDK would say it in full.
   */
  private static String bearer(SecretValue token) {
    return token.reveal(
        bytes -> {
          for (byte one : bytes) {
            if (one <= ' ' || one == 0x7f) {
              throw new IllegalArgumentException("a token has no blanks and no line ends");
            }
          }
          return "Bearer " + new String(bytes, StandardCharsets.US_ASCII);
        });
  }

  private static BodyPublisher body(Call call) {
    return call.body().length == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.ofByteArray(call.body());
  }

  private Unreachable unreachable(Throwable failure) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    return switch (cause) {
      case HttpConnectTimeoutException _ -> Unreachable.unsent("no connection to " + address);
      case HttpTimeoutException _ -> new Unreachable("no answer from " + address + " in time");
      case TimeoutException _ -> new Unreachable("no answer from " + address + " in time");
      case SSLHandshakeException _ -> Unreachable.unsent("no trusted TLS connection to " + address);
      // One that was made, and broken: what was asked may have been done.
      case SSLException _ -> new Unreachable("no trusted TLS connection to " + address);
      case ConnectException _ -> Unreachable.unsent("no connection to " + address);
      case TooLong _ -> new Unreachable("the answer from " + address + " is too long");
      case UncheckedIOException _ ->
          new Unreachable("what came from " + address + " could not be written");
      case IOException _ -> new Unreachable("no connection to " + address);
      case null, default -> new Unreachable("the connection to " + address + " failed");
    };
  }

  @Override
  public String address() {
    return address.toString();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
