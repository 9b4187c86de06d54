import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The words behind a command: {@code --name value}, and {@code --smoke} alone. */
record Options(List<String> words) {

  /** Exits on a word with two dashes that is not among {@code known}: it would change nothing. */
  static Options of(String[] arguments, String... known) {
    for (String word : arguments) {
      if (word.startsWith("--") && !List.of(known).contains(word)) {
        System.err.println("no such option: " + word + ". There are: " + String.join(" ", known));
        System.exit(2);
      }
    }
    return new Options(List.of(arguments));
  }

  boolean has(String name) {
    return words.contains(name);
  }

  /** Where the results of a command go: of its date and machine, and of {@code --name}. */
  Path result(String command) {
    String name = text("--name").map(word -> "-" + word).orElse("");
    return Path.of("load-tests/results", command + "-" + Machine.today() + name);
  }

  /** A quick look that everything works: writes nothing, and fails on errors alone. */
  boolean smoke() {
    return has("--smoke");
  }

  Optional<String> text(String name) {
    int at = words.indexOf(name);
    return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1));
  }

  int number(String name, int otherwise, int smoke) {
    return text(name).map(Integer::parseInt).orElse(smoke() ? smoke : otherwise);
  }

  /** Numbers with commas between them. */
  List<Integer> numbers(String name) {
    return text(name).stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(Integer::parseInt)
        .toList();
  }
}
