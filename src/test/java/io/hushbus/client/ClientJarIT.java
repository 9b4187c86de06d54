package io.hushbus.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The client's own jar: small, of the client alone, and enough. */
final class ClientJarIT {

  private static final Path JAR = Path.of("target", "hushbus-client.jar");

  /** In bytes. Who makes it larger says why. */
  private static final long LARGEST = 300_000;

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static final String VALUE = Canary.value();

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    node.client(acme.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", "jar").put("type", "text").put("value", VALUE))
        .expect(201);
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void it_is_small_and_has_nothing_of_the_server() throws IOException {
    assertThat(Files.size(JAR)).isLessThan(LARGEST);
    Set<String> packages = new TreeSet<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> !name.startsWith("META-INF") && !name.endsWith("/"))
          .forEach(name -> packages.add(name.substring(0, name.lastIndexOf('/'))));
    }
    assertThat(packages)
        .containsExactly("io/hushbus/client", "io/hushbus/crypto", "io/hushbus/model");
  }

  @Test
  void every_class_of_it_can_be_loaded_with_what_it_says_it_needs() throws Exception {
    try (URLClassLoader alone =
            loader("vertx-core", "jackson-core", "jspecify", "bcprov", "netty");
        JarFile jar = new JarFile(JAR.toFile())) {
      List<String> classes =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
              .map(name -> name.replace('/', '.').replaceAll("\\.class$", ""))
              .toList();
      for (String name : classes) {
        Class<?> type = Class.forName(name, true, alone);
        assertThat(type.getDeclaredMethods()).as(name).isNotNull();
      }
    }
  }

  @Test
  void a_program_with_the_futures_of_vertx_and_jackson_alone_leases_and_listens() throws Exception {
    assertThat(leased("vertx-core", "netty-common", "jackson-core", "jspecify"))
        .containsExactly(
            VALUE, "sealed delivery needs org.bouncycastle:bcprov-jdk18on on the class path");
  }

  @Test
  void with_bouncy_castle_values_come_sealed_as_well() throws Exception {
    assertThat(leased("vertx-core", "netty-common", "jackson-core", "jspecify", "bcprov"))
        .containsExactly(VALUE, VALUE);
  }

  private static String[] leased(String... libraries) throws Exception {
    try (URLClassLoader alone = loader(libraries)) {
      return (String[])
          alone
              .loadClass(JarProbe.class.getName())
              .getMethod("lease", String.class, String.class, String.class, String.class)
              .invoke(null, node.address(), acme.runner(), "jar", String.join("-", libraries));
    }
  }

  /** Sees the jar, the probe, and of this process's class path those libraries alone. */
  private static URLClassLoader loader(String... libraries) throws IOException {
    Stream<Path> path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(
                one ->
                    Arrays.stream(libraries)
                        .anyMatch(name -> one.getFileName().toString().startsWith(name)));
    URL[] urls = Stream.concat(Stream.of(JAR), path).map(ClientJarIT::url).toArray(URL[]::new);
    return new Alone(urls);
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException impossible) {
      throw new IllegalStateException("a path is a URL", impossible);
    }
  }

  /** Has no parent but the JDK. */
  private static final class Alone extends URLClassLoader {

    Alone(URL[] urls) {
      super(urls, ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (!name.equals(JarProbe.class.getName())) {
        return super.findClass(name);
      }
      try (InputStream bytes = JarProbe.class.getResourceAsStream("JarProbe.class")) {
        byte[] all = bytes == null ? new byte[0] : bytes.readAllBytes();
        return defineClass(name, all, 0, all.length);
      } catch (IOException unreadable) {
        throw new ClassNotFoundException(name, unreadable);
      }
    }
  }
}
