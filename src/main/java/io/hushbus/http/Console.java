package io.hushbus.http;

import io.hushbus.model.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The files of the console: a closed list from the class path, read when the first of them is asked
 * for. They lie under a digest of them all, so that a browser keeps them for good and never mixes
 * two builds. The page allows itself its own scripts and styles, and nothing else.
 */
final class Console {

  private static final String ROOT = "/console";
  private static final String PAGE = "index.html";
  private static final int BUILD_LENGTH = 16;
  private static final String CALLBACK = "callback.html";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src %s; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final Map<String, String> TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "html", "text/html; charset=utf-8");

  /** A file, plain and in gzip. */
  private record Asset(String type, byte[] plain, byte[] packed) {}

  private record Build(String id, Map<String, Asset> files, byte[] page, byte[] callback) {}

  private final List<HttpSettings.SignIn> signIn;
  private final String policy;
  private final Object loading = new Object();
  private Optional<CompletableFuture<Build>> build = Optional.empty();

  /** The page asks the broker and these issuers, and nobody else. */
  Console(List<HttpSettings.SignIn> signIn) {
    this.signIn = signIn;
    this.policy =
        POLICY.formatted(
            Stream.concat(Stream.of("'self'"), signIn.stream().map(HttpSettings.SignIn::origin))
                .distinct()
                .collect(Collectors.joining(" ")));
  }

  Map<String, Endpoint> endpoints() {
    return Map.of(
        "getRoot", call -> build().map(this::page),
        "getSignIn", call -> Future.succeededFuture(offered()),
        "getSignInCallback", call -> build().map(Console::callback),
        "getConsoleFile", call -> build().map(built -> file(built, call, call.path("file"))),
        "getConsolePart",
            call ->
                build()
                    .map(
                        built -> file(built, call, call.path("folder") + "/" + call.path("file"))));
  }

  private Answer offered() {
    return Answer.ok(
        json ->
            json.array(
                "sign_in",
                signIn,
                (inner, one) ->
                    inner
                        .field("title", one.title())
                        .field("tenant", one.tenant())
                        .field("issuer", one.issuer())
                        .field("client_id", one.clientId())
                        .texts("scopes", one.scopes())));
  }

  /**
   * Has no need to ask anybody. It keeps no handle on who opened it, and nobody keeps one on it.
   */
  private static Answer callback(Build built) {
    return Answer.bytes("text/html; charset=utf-8", built.callback())
        .with("Content-Security-Policy", POLICY.formatted("'none'"))
        .with("Cache-Control", "no-store");
  }

  private Answer page(Build built) {
    return Answer.bytes("text/html; charset=utf-8", built.page())
        .with("Content-Security-Policy", policy)
        .with("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
        .with("Cache-Control", "no-store");
  }

  private static Answer file(Build built, Call call, String name) {
    Asset asset = built.files().get(name);
    if (asset == null || !call.path("build").equals(built.id())) {
      throw Failure.missing("path");
    }
    boolean packed = call.parameter("Accept-Encoding").filter(Console::takesGzip).isPresent();
    Answer.Complete answer =
        Answer.bytes(asset.type(), packed ? asset.packed() : asset.plain())
            .with("Cache-Control", FOR_EVER)
            .with("Vary", "Accept-Encoding");
    return packed ? answer.with("Content-Encoding", "gzip") : answer;
  }

  private static boolean takesGzip(String accepted) {
    return Arrays.stream(accepted.split(",", -1)).anyMatch(one -> one.strip().equals("gzip"));
  }

  private Future<Build> build() {
    synchronized (loading) {
      CompletableFuture<Build> loaded =
          build
              .filter(begun -> !begun.isCompletedExceptionally())
              .orElseGet(
                  () -> CompletableFuture.supplyAsync(Console::load, Thread::startVirtualThread));
      build = Optional.of(loaded);
      return Future.fromCompletionStage(loaded, Vertx.currentContext());
    }
  }

  private static Build load() {
    Map<String, byte[]> contents = new TreeMap<>();
    try {
      URI root = Objects.requireNonNull(Console.class.getResource(ROOT)).toURI();
      if (root.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
          read(jar.getPath(ROOT), contents);
        }
      } else {
        read(Path.of(root), contents);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    String id = digest(contents);
    Map<String, Asset> files = new TreeMap<>();
    contents.forEach((name, bytes) -> asset(name, bytes).ifPresent(one -> files.put(name, one)));
    return new Build(id, Map.copyOf(files), page(contents, PAGE, id), page(contents, CALLBACK, id));
  }

  private static byte[] page(Map<String, byte[]> contents, String name, String build) {
    return new String(contents.get(name), StandardCharsets.UTF_8)
        .replace("{build}", build)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void read(Path root, Map<String, byte[]> into) throws IOException {
    try (Stream<Path> all = Files.walk(root, 2)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString().replace('\\', '/');
        into.put(name, Files.readAllBytes(file));
      }
    }
  }

  private static Optional<Asset> asset(String name, byte[] bytes) {
    return Optional.ofNullable(TYPES.get(name.substring(name.lastIndexOf('.') + 1)))
        .map(type -> new Asset(type, bytes, gzip(bytes)));
  }

  private static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String digest(Map<String, byte[]> contents) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      contents.forEach(
          (name, bytes) -> {
            sha.update(name.getBytes(StandardCharsets.UTF_8));
            sha.update(bytes);
          });
      return HexFormat.of().formatHex(sha.digest()).substring(0, BUILD_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
