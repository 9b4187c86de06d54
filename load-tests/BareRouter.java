import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;

/**
 * The ceiling of the front door: a router of 41 routes, of which the last two answer constants of
 * the size of a lease and of a secret's metadata. No token, no body, no database.
 */
final class BareRouter {

  private static final int ROUTES = 40;

  private BareRouter() {}

  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    Router router = Router.router(vertx);
    for (int i = 1; i < ROUTES; i++) {
      router
          .get("/api/v1/things" + i + "/:name/parts/:part")
          .handler(call -> call.response().end());
    }
    Buffer answer = Buffer.buffer("x".repeat(Integer.parseInt(arguments[1])));
    Buffer read = Buffer.buffer("x".repeat(Integer.parseInt(arguments[2])));
    router
        .get("/api/v1/secrets/:name")
        .handler(call -> call.response().putHeader("Content-Type", "application/json").end(read));
    router
        .post("/api/v1/leases")
        .handler(
            call ->
                call.response()
                    .setStatusCode(201)
                    .putHeader("Content-Type", "application/json")
                    .end(answer));
    vertx
        .createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
        .requestHandler(router)
        .listen(Integer.parseInt(arguments[0]))
        .await();
    System.out.println("ready");
  }
}
