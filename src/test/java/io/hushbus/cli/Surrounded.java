package io.hushbus.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** Runs whole commands in this process, in surroundings of the test's choice. */
final class Surrounded {

  private final Map<String, String> environment;
  private final Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Queue<String> typed = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private byte[] in = {};
  private boolean terminal;

  private Surrounded(Map<String, String> environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
  }

  /** With nobody at the keyboard and nothing to read. */
  static Surrounded by(Map<String, String> environment, Path directory) {
    return new Surrounded(environment, directory);
  }

  /** What is piped into the next commands. */
  Surrounded piped(String text) {
    in = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** Puts somebody to the terminal, who answers in turn. */
  Surrounded typing(String... answers) {
    terminal = true;
    typed.addAll(List.of(answers));
    return this;
  }

  Surroundings surroundings() {
    return new Surroundings(
        environment,
        directory,
        new ByteArrayInputStream(in),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        terminal,
        terminal ? Optional.of(new Script()) : Optional.empty());
  }

  /** The exit code; what was written before is forgotten. */
  int run(String... words) {
    out.reset();
    err.reset();
    return Main.run(surroundings(), words);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** All questions so far. */
  List<String> asked() {
    return asked;
  }

  private final class Script implements Keyboard {

    @Override
    public String line(String question) {
      asked.add(question);
      return Optional.ofNullable(typed.poll()).orElse("");
    }

    @Override
    public char[] hidden(String question) {
      asked.add(question);
      return Optional.ofNullable(typed.poll()).orElse("").toCharArray();
    }
  }
}
