package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.support.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire, read from plain sockets: bytes that a server has chunked for many. */
class SharedChunksTest {

  private static final String ASK = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final Buffer HELLO = Buffer.buffer("hello");

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final SharedChunks chunks = new SharedChunks();
  private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void open() {
    server = listening(new HttpServerOptions());
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().await();
  }

  private HttpServer listening(HttpServerOptions options) {
    return vertx
        .createHttpServer(options.setHost("127.0.0.1").setPort(0))
        .requestHandler(
            request -> {
              request.response().setChunked(true).write("!");
              asked.add(request);
            })
        .listen()
        .await();
  }

  private Socket ask(String how, SocketFactory by) throws IOException {
    Socket socket = by.createSocket(InetAddress.getLoopbackAddress(), server.actualPort());
    sockets.add(socket);
    send(socket, how);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private Socket ask(String how) throws IOException {
    return ask(how, SocketFactory.getDefault());
  }

  private Function<Buffer, Future<Void>> next() throws InterruptedException {
    return chunks.of(asked.take());
  }

  /** What comes after the head, up to its end. */
  private static String body(Socket socket, String end) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder all = new StringBuilder();
    while (all.indexOf("\r\n\r\n") < 0 || all.indexOf(end, all.indexOf("\r\n\r\n")) < 0) {
      int one = in.read();
      if (one < 0) {
        throw new IOException("ended after " + all);
      }
      all.append((char) one);
    }
    return all.substring(all.indexOf("\r\n\r\n") + 4);
  }

  @Test
  void each_of_many_gets_the_same_chunk_behind_what_it_had_before() throws Exception {
    Socket one = ask(ASK);
    Function<Buffer, Future<Void>> first = next();
    Socket other = ask(ASK);
    Function<Buffer, Future<Void>> second = next();
    first.apply(HELLO).await();
    second.apply(HELLO).await();
    second.apply(Buffer.buffer("x".repeat(20))).await();
    first.apply(HELLO).await();
    assertThat(body(one, "hello\r\n5\r\nhello\r\n"))
        .isEqualTo("1\r\n!\r\n5\r\nhello\r\n5\r\nhello\r\n");
    assertThat(body(other, "x\r\n"))
        .isEqualTo("1\r\n!\r\n5\r\nhello\r\n14\r\n" + "x".repeat(20) + "\r\n");
  }

  @Test
  void many_at_once_arrive_in_order() throws Exception {
    Socket socket = ask(ASK);
    Function<Buffer, Future<Void>> to = next();
    StringBuilder wanted = new StringBuilder("1\r\n!\r\n");
    for (int i = 1000; i < 3000; i++) {
      to.apply(Buffer.buffer(Integer.toString(i))).onFailure(AssertionError::new);
      wanted.append("4\r\n").append(i).append("\r\n");
    }
    assertThat(body(socket, "2999\r\n")).isEqualTo(wanted.toString());
  }

  @Test
  void the_end_of_the_response_comes_behind_them_and_the_connection_is_good_for_another()
      throws Exception {
    Socket socket = ask(ASK);
    HttpServerRequest request = asked.take();
    chunks.of(request).apply(HELLO).await();
    request.response().end().await();
    assertThat(body(socket, "0\r\n\r\n")).isEqualTo("1\r\n!\r\n5\r\nhello\r\n0\r\n\r\n");
    send(socket, ASK);
    next().apply(HELLO).await();
    assertThat(body(socket, "hello\r\n")).isEqualTo("1\r\n!\r\n5\r\nhello\r\n");
  }

  @Test
  void who_speaks_http_1_0_is_sent_no_chunks() throws Exception {
    Socket socket = ask("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    next().apply(HELLO).await();
    assertThat(body(socket, "hello")).isEqualTo("!hello");
  }

  @Test
  void they_are_encrypted_where_the_connection_is() throws Exception {
    var made = Certificates.in(directory).signed("door", "CN=localhost", "dns:localhost");
    server =
        listening(
            new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertPath(made.certificateFile("door").toString())
                        .addKeyPath(made.keyFile("door").toString())));
    Socket socket = ask(ASK, made.client().getSocketFactory());
    next().apply(HELLO).await();
    assertThat(body(socket, "hello\r\n")).isEqualTo("1\r\n!\r\n5\r\nhello\r\n");
  }

  @Test
  void it_fails_for_who_has_left() throws Exception {
    Socket socket = ask(ASK);
    HttpServerRequest request = asked.take();
    Function<Buffer, Future<Void>> to = chunks.of(request);
    Future<Void> gone = Future.future(left -> request.connection().closeHandler(left::tryComplete));
    socket.close();
    gone.await();
    assertThatThrownBy(() -> to.apply(HELLO).await()).hasMessage("Connection was closed");
  }
}
