import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The words behind a command: {@code --name value}, and {@code --smoke} alone. */
record Options(List<String> words) {

  static Options of(String[] arguments) {
    return new Options(List.of(arguments));
  }

  boolean has(String name) {
    return words.contains(name);
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
