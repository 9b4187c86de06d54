package io.hushbus.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The scripts that complete: run by their shells where these are, and whole in any case. */
final class CompletionTest {

  @TempDir private Path directory;

  private Path script(String shell) throws IOException {
    Surrounded user = Surrounded.by(Map.of(), directory);
    assertThat(user.run("completion", shell)).isZero();
    return Files.writeString(directory.resolve(shell), user.out());
  }

  private static boolean has(String shell) {
    return Files.isExecutable(Path.of("/usr/bin", shell));
  }

  private String said(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, SECONDS)).isTrue();
    return said;
  }

  @Test
  void bash_completes_commands_and_options() throws Exception {
    Path script = script("bash");
    if (has("bash")) {
      String complete =
          "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_hushbus; echo ${COMPREPLY[@]}";
      assertThat(said("bash", "-c", complete.formatted(script, "hushbus secret cr", 2)))
          .contains("create");
      assertThat(said("bash", "-c", complete.formatted(script, "hushbus secret list --inh", 3)))
          .contains("--inherited");
    }
    assertThat(script).content().contains("complete -F _complete_hushbus");
  }

  @Test
  void zsh_reads_the_script() throws Exception {
    Path script = script("zsh");
    if (has("zsh")) {
      assertThat(said("zsh", "-f", "-c", "autoload -U compinit; compinit -u; source " + script))
          .isEmpty();
    }
    assertThat(script).content().contains("bashcompinit");
  }

  @Test
  void fish_completes_commands_and_options() throws Exception {
    Path script = script("fish");
    if (has("fish")) {
      String complete = "source %s; complete -C '%s'";
      assertThat(said("fish", "-c", complete.formatted(script, "hushbus secret cr")))
          .contains("create");
      assertThat(said("fish", "-c", complete.formatted(script, "hushbus secret list --inh")))
          .contains("--inherited");
    }
    List<String> missing = new ArrayList<>();
    String lines = Files.readString(script);
    names(Main.commandLine()).stream()
        .filter(name -> !lines.contains(" -a '" + name + "' "))
        .forEach(missing::add);
    assertThat(missing).isEmpty();
    assertThat(lines.lines().filter(line -> line.startsWith("complete ")))
        .as("quotes come in pairs")
        .allMatch(line -> line.replace("\\'", "").chars().filter(c -> c == '\'').count() % 2 == 0);
  }

  private static List<String> names(CommandLine command) {
    List<String> names = new ArrayList<>();
    command
        .getSubcommands()
        .values()
        .forEach(
            one -> {
              names.add(one.getCommandName());
              names.addAll(names(one));
            });
    return names;
  }
}
