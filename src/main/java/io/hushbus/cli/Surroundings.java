package io.hushbus.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command finds around it: everything of the process that it may look at. Commands take it
 * as a parameter and never ask {@link System}, so that a test runs whole commands in its own
 * process.
 *
 * @param directory where relative paths begin, and project files are looked for
 * @param out for data alone
 * @param err for people: notes, warnings, failures
 * @param screen whether {@code out} is a terminal
 * @param keyboard a person to ask; empty: nobody is there, and nothing may be asked
 */
record Surroundings(
    Map<String, String> environment,
    Path directory,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean screen,
    Optional<Keyboard> keyboard) {

  /** Those of this process. */
  static Surroundings real() {
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    return new Surroundings(
        System.getenv(),
        Path.of("").toAbsolutePath(),
        System.in,
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        console.isPresent(),
        console.map(ConsoleKeyboard::new));
  }

  /** In UTF-8 whatever the locale: JSON is, and so are names of secrets' keys. */
  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** A variable that is set and not blank. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
  }

  /** A path as the user gave it, from the directory the command runs in. */
  Path path(String given) {
    return directory.resolve(given);
  }

  /** The home directory of the user, as the environment says. */
  Optional<Path> home() {
    return variable("HOME").map(Path::of).filter(Path::isAbsolute);
  }
}
