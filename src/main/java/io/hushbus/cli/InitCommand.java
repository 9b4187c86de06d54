package io.hushbus.cli;

import io.hushbus.Broker;
import io.hushbus.RootKeys;
import io.hushbus.StartRefused;
import io.hushbus.config.BrokerConfig;
import io.hushbus.model.SecretValue;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code hushbus init}: the root key if it is missing, what a new database needs, and the key of
 * the first operator, once.
 */
@Command(
    name = "init",
    description = "Set up a migrated database and print the first operator's key, once.",
    mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {

  @Mixin private ConfigOption config = new ConfigOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--generate-root-key",
      description = "Make the root key file that the configuration names, if it is not there.")
  private boolean generate;

  @Override
  public Integer call() {
    BrokerConfig settings = config.read().config();
    if (generate) {
      settings.rootKey().path().filter(path -> !Files.exists(path)).ifPresent(this::generate);
    }
    try (SecretValue key = refusable(() -> Broker.install(settings))) {
      show(key, spec.commandLine().getOut());
    }
    spec.commandLine()
        .getErr()
        .println("this is the operator's key: keep it, it is not stored and not shown again");
    return Exit.OK;
  }

  private void generate(Path path) {
    refusable(
        () -> {
          RootKeys.generate(path);
          return path;
        });
    spec.commandLine()
        .getErr()
        .println("made the root key " + path + ": back it up, without it no secret can be read");
  }

  private static <T> T refusable(Supplier<T> step) {
    try {
      return step.get();
    } catch (StartRefused refused) {
      throw ServerCommand.unstarted(refused);
    }
  }

  private static void show(SecretValue key, PrintWriter out) {
    out.println(key.<String>reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII)));
    out.flush();
  }
}
