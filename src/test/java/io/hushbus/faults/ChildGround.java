package io.hushbus.faults;

import io.hushbus.Broker;
import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.support.Brokers;
import io.hushbus.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What brokers in a process of their own stand on, as their parent tells it in their arguments.
 * What is for one kind of child alone comes after.
 */
record ChildGround(DatabaseConfig database, String rootKeyHex, List<String> own) {

  /** The exit code of a child that has killed itself. */
  static final int KILLED = 137;

  private static final int SHARED = 5;
  private static final int ATTEMPTS = 20;

  /** What a child is there for. */
  interface Life {
    void live() throws IOException;
  }

  /**
   * Lives, and ends the process with it. One that fails must end it too: brokers that have started
   * would keep it, and its parent would wait for a word of it for ever.
   */
  @SuppressWarnings("CatchAndPrintStackTrace") // the parent reads what the child prints
  static void run(Life life) {
    int code = 1;
    try {
      life.live();
      code = 0;
    } catch (IOException | RuntimeException failed) {
      failed.printStackTrace();
    } finally {
      Runtime.getRuntime().exit(code);
    }
  }

  /** On a machine that is busy with other children the database may not answer at once. */
  Broker start(Brokers.Tuning tuning, StatementProbe probe) {
    return patiently(() -> Broker.start(tuning.on(database), roots(), probe));
  }

  /** What {@code start} starts, when the database lets it. */
  static Broker patiently(Supplier<Broker> start) {
    for (int attempt = 1; ; attempt++) {
      try {
        return start.get();
      } catch (Failure.Unavailable notYet) {
        if (attempt == ATTEMPTS) {
          throw notYet;
        }
      }
    }
  }

  /** A process on the database of {@code brokers}, with their root key. */
  static ProcessBuilder process(
      Class<?> main, List<String> jvm, String classPath, Brokers brokers, List<String> own) {
    DatabaseConfig database = brokers.database().config();
    List<String> shared =
        List.of(
            database.host(),
            Integer.toString(database.port()),
            database.name(),
            TestDatabase.APP_PASSWORD,
            brokers.rootKeyHex());
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC");
    return new ProcessBuilder(
            Stream.of(java, jvm, List.of("-cp", classPath, main.getName()), shared, own)
                .flatMap(List::stream)
                .toList())
        .redirectErrorStream(true);
  }

  static ChildGround parse(String[] arguments) {
    return new ChildGround(
        new DatabaseConfig(
            arguments[0],
            Integer.parseInt(arguments[1]),
            arguments[2],
            "hushbus_app",
            SecretValue.ofText(arguments[3]),
            "hushbus_system",
            TlsMode.DISABLE,
            Optional.empty(),
            4,
            Optional.empty()),
        arguments[4],
        List.of(arguments).subList(SHARED, arguments.length));
  }

  /** A ring of its own for each broker, which wipes it. */
  RootKeyRing roots() {
    return RootKeyRing.of(
        RootKey.of(SecretValue.owning(HexFormat.of().parseHex(rootKeyHex)), new SecureRandom()));
  }

  /** Ends this process; nothing that runs on the way out gets a chance. */
  static void die() {
    Runtime.getRuntime().halt(KILLED);
  }
}
