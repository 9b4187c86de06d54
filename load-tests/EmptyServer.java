import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;

/** What any program on Vert.x costs: a server that answers everything with nothing. */
final class EmptyServer {

  private EmptyServer() {}

  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    vertx
        .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
        .requestHandler(request -> request.response().end())
        .listen()
        .await();
    System.out.println("ready");
    if (arguments.length > 0) {
      vertx.close().await();
    }
  }
}
