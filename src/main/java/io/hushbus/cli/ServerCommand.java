package io.hushbus.cli;

import io.hushbus.Broker;
import io.hushbus.StartRefused;
import io.hushbus.config.BrokerConfig;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hushbus server}: one node on a database that has its schema and its installation. */
@Command(
    name = "server",
    description = "Run a broker on an existing database.",
    mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {

  @Mixin private ConfigOption config = new ConfigOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    BrokerConfig settings = config.read().config();
    Broker broker = start(settings);
    spec.commandLine().getOut().println("ready on port " + broker.port());
    spec.commandLine().getOut().flush();
    serve(broker, () -> {});
    return Exit.OK;
  }

  /** Starts a broker, or says in one line why not and what to do. */
  static Broker start(BrokerConfig settings) {
    Hardening.apply();
    try {
      return MigrateCommand.reaching(() -> Broker.start(settings));
    } catch (StartRefused refused) {
      throw unstarted(refused);
    }
  }

  /** The line and the exit code for a broker that its operator must help to start. */
  static CommandFailure unstarted(StartRefused refused) {
    int code = refused.reason() == StartRefused.Reason.DATABASE ? Exit.UNREACHABLE : Exit.GENERAL;
    return new CommandFailure(code, refused.getMessage() + next(refused.reason()));
  }

  private static String next(StartRefused.Reason reason) {
    return switch (reason) {
      case ROOT_KEY, WIDE_ROLE -> "";
      case WRONG_ROOT_KEY -> ": configure the root key that this database was set up with";
      case NO_SCHEMA -> ": run `hushbus migrate`, then `hushbus init`";
      case OLD_SCHEMA -> ": run `hushbus migrate`";
      case NEW_SCHEMA -> ": use the newer program";
      case NOT_INSTALLED -> ": run `hushbus init` with this configuration first";
      case INSTALLED -> ": start it with `hushbus server`";
      case ADDRESS ->
          ": stop what listens there, or choose another port (server.port and management.port;"
              + " `hushbus dev` takes --port)";
      case DATABASE -> ": check that PostgreSQL runs, and run `hushbus migrate`";
    };
  }

  /**
   * Prints where the broker is and blocks until the process is told to stop; then stops it in
   * order.
   */
  static void serve(Broker broker, Runnable after) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  broker.stop();
                  after.run();
                  stopped.countDown();
                },
                "stop"));
    stopped.await();
  }
}
