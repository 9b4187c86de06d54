package io.hushbus.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code hushbus check-config}: every problem of the configuration at once, or the configuration in
 * effect without its secrets.
 */
@Command(
    name = "check-config",
    description = "Check the configuration and print what is in effect, without secrets.",
    mixinStandardHelpOptions = true)
final class CheckConfigCommand implements Callable<Integer> {

  @Mixin private ConfigOption config = new ConfigOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(config.read().effective().print());
    spec.commandLine().getOut().flush();
    return Exit.OK;
  }
}
