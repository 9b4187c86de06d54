package io.hushbus.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A word of the command line: a command, or a noun with commands below it. The tree of words is
 * plain data; of the commands only those on the way to the one that is asked for are made, so that
 * a short command does not wait for all others.
 *
 * @param aliases other words for the same
 * @param about what a noun is; of a command it stands in its own annotation
 * @param command makes a command; null for a noun
 * @param below the words that may follow a noun
 */
record Node(
    String name,
    List<String> aliases,
    String about,
    @Nullable Function<Surroundings, ?> command,
    Supplier<List<Node>> below) {

  /** A command. */
  static Node verb(String name, Function<Surroundings, ?> command, String... aliases) {
    return new Node(name, List.of(aliases), "", command, List::of);
  }

  /** A noun. */
  static Node noun(String name, String about, Node... below) {
    return new Node(name, List.of(), about, null, () -> List.of(below));
  }

  /** A noun whose words are only made when they are looked at. */
  static Node noun(String name, String about, Supplier<Node[]> below) {
    return new Node(name, List.of(), about, null, () -> List.of(below.get()));
  }

  /** The same noun under other names as well. */
  Node alias(String... others) {
    return new Node(name, List.of(others), about, command, below);
  }

  private boolean isCalled(String word) {
    return name.equals(word) || aliases.contains(word);
  }

  /**
   * The picocli command: whole below the word where the arguments leave the tree, and bare beside
   * the way there.
   *
   * @param words the arguments after this word; empty for the whole tree
   */
  CommandLine made(Surroundings around, List<String> words) {
    if (command != null) {
      CommandLine made = new CommandLine(command.apply(around));
      helped(made.getCommandSpec().name(name));
      return made;
    }
    CommandSpec spec = CommandSpec.wrapWithoutInspection(new Object()).name(name);
    spec.usageMessage().description(about).synopsisSubcommandLabel("COMMAND");
    helped(spec);
    CommandLine made = new CommandLine(spec);
    for (Node one : onTheWay(words).map(List::of).orElseGet(below)) {
      List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
      made.addSubcommand(one.name, one.made(around, rest), one.aliases.toArray(String[]::new));
    }
    return made;
  }

  private static void helped(CommandSpec spec) {
    if (spec.findOption("--help") == null) {
      spec.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Show this help.")
              .build());
    }
  }

  private Optional<Node> onTheWay(List<String> words) {
    return words.stream()
        .limit(1)
        .flatMap(word -> below.get().stream().filter(one -> one.isCalled(word)))
        .findFirst();
  }

  @Override
  public String toString() {
    return name + Arrays.toString(below.get().toArray());
  }
}
