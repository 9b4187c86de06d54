package io.hushbus.http;

import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The published document and its page: a closed list of files from the class path, with a small
 * page of our own around them. No listing, no path ever made from what was sent, no script in the
 * page.
 */
final class Docs {

  private static final String WEBJAR = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action"
          + " 'none'";
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>Hushbus API</title>
      <link rel="stylesheet" href="/docs/swagger-ui.css">
      </head>
      <body>
      <div id="page"></div>
      <script src="/docs/swagger-ui-bundle.js"></script>
      <script src="/docs/start.js"></script>
      </body>
      </html>
      """;
  private static final String START =
      """
      SwaggerUIBundle({ url: "/openapi.json", dom_id: "#page", deepLinking: true });
      """;

  private final byte[] document;
  private final Map<String, Answer.Complete> files;

  Docs(Contract contract) {
    this.document = contract.text();
    this.files =
        Map.of(
            "start.js", Answer.text("text/javascript", START),
            "swagger-ui.css", Answer.bytes("text/css", webjar("swagger-ui.css")),
            "swagger-ui-bundle.js",
                Answer.bytes("text/javascript", webjar("swagger-ui-bundle.js")));
  }

  Map<String, Endpoint> endpoints() {
    return Map.of(
        "getOpenApi", call -> Future.succeededFuture(Answer.bytes("application/json", document)),
        "getDocs",
            call -> Future.succeededFuture(page(Answer.text("text/html; charset=utf-8", PAGE))),
        "getDocsFile", call -> Future.succeededFuture(file(call.path("file"))));
  }

  private Answer file(String name) {
    Answer.Complete known = files.get(name);
    if (known == null) {
      throw Failure.missing("path");
    }
    return page(new Answer.Complete(200, known.headers(), known.body().clone(), ""));
  }

  private static Answer.Complete page(Answer.Complete answer) {
    return answer.with("Content-Security-Policy", POLICY);
  }

  private static byte[] webjar(String file) {
    Properties properties = new Properties();
    try {
      properties.load(open(WEBJAR));
      String version = properties.getProperty("version");
      return read("/META-INF/resources/webjars/swagger-ui/" + version + "/" + file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(String resource) throws IOException {
    try (InputStream in = open(resource)) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(String resource) {
    @Nullable InputStream in = Docs.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("the build left out " + resource);
    }
    return in;
  }
}
