package io.hushbus.cli;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code hushbus completion}: a script that completes commands and options in a shell. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands and options.",
      "bash: source <(hushbus completion bash)",
      "zsh:  source <(hushbus completion zsh)",
      "fish: hushbus completion fish | source"
    })
final class CompletionCommand implements Runnable {

  /** The shells that there is a script for. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  private Shell shell = Shell.bash;

  private final Surroundings around;

  CompletionCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public void run() {
    CommandLine all = Main.commandLine(around, List.of());
    around
        .out()
        .print(
            switch (shell) {
              case bash, zsh -> AutoComplete.bash("hushbus", all);
              case fish -> FishCompletion.of(all);
            });
  }
}
