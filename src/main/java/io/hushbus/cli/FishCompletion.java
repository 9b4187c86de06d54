package io.hushbus.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completion for fish: a line for each word and each option, each under the condition that the
 * words before it are those that lead there.
 */
final class FishCompletion {

  private static final String HEAD =
      """
      # Completion of hushbus for fish. Made by: hushbus completion fish
      function __hushbus_at
          set -l words (commandline -opc)
          set -e words[1]
          set -l said
          for word in $words
              string match -q -- '-*' $word; or set -a said $word
          end
          test (count $said) -ge (count $argv); or return 1
          test (count $argv) -eq 0; and return 0
          for at in (seq (count $argv))
              contains -- $said[$at] (string split '|' -- $argv[$at]); or return 1
          end
      end
      function __hushbus_next
          __hushbus_at $argv; or return 1
          set -l words (commandline -opc)
          set -e words[1]
          set -l said
          for word in $words
              string match -q -- '-*' $word; or set -a said $word
          end
          test (count $said) -eq (count $argv)
      end
      complete -c hushbus -f
      """;

  private final StringBuilder script = new StringBuilder(HEAD);

  private FishCompletion() {}

  static String of(CommandLine all) {
    FishCompletion completion = new FishCompletion();
    completion.below(all, List.of());
    return completion.script.toString();
  }

  private void below(CommandLine command, List<String> way) {
    Map<String, CommandLine> byName = new LinkedHashMap<>();
    command.getSubcommands().forEach((name, one) -> byName.putIfAbsent(one.getCommandName(), one));
    byName.forEach(
        (name, one) -> {
          script.append(
              "complete -c hushbus -n %s -a %s -d %s%n"
                  .formatted(condition("next", way), quoted(name), quoted(about(one))));
          List<String> further = new ArrayList<>(way);
          further.add(String.join("|", names(one)));
          below(one, further);
        });
    if (byName.isEmpty()) {
      command.getCommandSpec().options().forEach(option -> option(option, way));
    }
  }

  private static List<String> names(CommandLine command) {
    List<String> names = new ArrayList<>();
    names.add(command.getCommandName());
    names.addAll(List.of(command.getCommandSpec().aliases()));
    return names;
  }

  private void option(OptionSpec option, List<String> way) {
    if (option.hidden()) {
      return;
    }
    StringBuilder line = new StringBuilder("complete -c hushbus -n " + condition("at", way));
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      line.append(files(option) ? " -r -F" : " -x");
      if (option.completionCandidates() != null) {
        line.append(" -a ").append(quoted(String.join(" ", option.completionCandidates())));
      }
    }
    script.append(line).append(" -d ").append(quoted(first(option.description()))).append('\n');
  }

  private static boolean files(OptionSpec option) {
    return option.paramLabel().contains("PATH")
        || option.paramLabel().contains("DIR")
        || option.paramLabel().contains("FILE");
  }

  private static String about(CommandLine command) {
    return first(command.getCommandSpec().usageMessage().description());
  }

  private static String first(String[] lines) {
    return lines.length == 0 ? "" : String.format(lines[0]).strip();
  }

  private static String condition(String function, List<String> way) {
    StringBuilder said = new StringBuilder("__hushbus_" + function);
    way.forEach(word -> said.append(' ').append('"').append(word).append('"'));
    return quoted(said.toString());
  }

  /** In single quotes, where fish knows two escapes. */
  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
