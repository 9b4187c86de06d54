package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.imports.Dotenv;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a value comes from: a file, standard input, a variable, a dotenv file, or somebody who
 * types it and does not see it. On the command line only with a warning.
 *
 * <p>Of a secret with several keys each of these says which one it is for, as {@code KEY=}.
 */
final class ValueOptions {

  private static final String STDIN = "-";

  @Option(
      names = {"-f", "--from-file"},
      paramLabel = "[KEY=]PATH",
      description = "The content of a file, byte for byte; - is standard input.")
  private List<String> files = new ArrayList<>();

  @Option(names = "--from-stdin", description = "Standard input, without the line end after it.")
  private boolean stdin;

  @Option(
      names = "--from-env",
      paramLabel = "[KEY=]VARIABLE",
      description = "The content of a variable of the environment.")
  private List<String> variables = new ArrayList<>();

  @Option(
      names = "--from-dotenv",
      paramLabel = "PATH",
      description = "A key for each line of a dotenv file.")
  private @Nullable String dotenv;

  @Option(
      names = "--prompt",
      paramLabel = "KEY",
      description = "Ask for the value of a key, without showing it.")
  private List<String> prompts = new ArrayList<>();

  @Option(
      names = {"--value", "-k", "--secret-key-content"},
      paramLabel = "[KEY=]TEXT",
      description = "The value itself; others on this machine can read a command line.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--file-name",
      paramLabel = "NAME",
      description = "Of a secret of type file: the name of the file.")
  private @Nullable String fileName;

  private final Session session;

  ValueOptions(Session session) {
    this.session = session;
  }

  /** Adds a file, given otherwise than by the option. */
  void fromFile(String path) {
    files.add(path);
  }

  /** Adds a value that stood on the command line, given otherwise than by the option. */
  void fromCommandLine(String value) {
    texts.add(value);
  }

  /** The name that a file has, if nothing else says one. */
  void usualFileName(String name) {
    if (fileName == null) {
      fileName = name;
    }
  }

  /** Whether the command line says where a value comes from. */
  boolean given() {
    return sources() > 0;
  }

  private int sources() {
    return files.size()
        + (stdin ? 1 : 0)
        + variables.size()
        + (dotenv == null ? 0 : 1)
        + prompts.size()
        + texts.size();
  }

  /**
   * Reads the content; asks for it if nothing says where it comes from.
   *
   * @param wanted the type, if it is known; else the sources tell
   * @param twice whether what is typed must be typed twice
   * @throws CommandFailure if there is nobody to ask, or something cannot be read
   */
  Content read(Optional<String> wanted, boolean twice) {
    String type = wanted.orElseGet(this::likely);
    SequencedMap<String, SecretValue> entries =
        type.equals(Content.KEY_VALUE) ? pairs(twice) : single(type, twice);
    Content content = new Content(type, entries);
    if (!type.equals(Content.KEY_VALUE) && !type.equals("file")) {
      requireText(content);
    }
    return content;
  }

  private static void requireText(Content content) {
    if (!content.entries().values().stream().allMatch(Body::isText)) {
      content.close();
      throw usage("the value is no text (UTF-8): use --type file, and mount it as a file");
    }
  }

  /** What the sources are, where no type is given. */
  private String likely() {
    if (dotenv != null || !prompts.isEmpty() || sources() > 1) {
      return Content.KEY_VALUE;
    }
    if (files.isEmpty() || files.getFirst().equals(STDIN)) {
      return "text";
    }
    return files.getFirst().toLowerCase(Locale.ROOT).endsWith(".json") ? "json" : "file";
  }

  private SequencedMap<String, SecretValue> single(String type, boolean twice) {
    if (dotenv != null || !prompts.isEmpty() || sources() > 1) {
      throw usage("a secret of type " + type + " has one value: give one source");
    }
    SequencedMap<String, SecretValue> one = new LinkedHashMap<>();
    one.put(type.equals("file") ? entryOfFile() : Content.ONE, value(twice));
    return one;
  }

  private String entryOfFile() {
    if (fileName != null) {
      return fileName;
    }
    String name =
        files.stream()
            .filter(path -> !path.equals(STDIN))
            .map(path -> String.valueOf(session.around().path(path).getFileName()))
            .findFirst()
            .orElseThrow(() -> usage("a secret of type file needs --file-name or --from-file"));
    if (!name.matches("[A-Za-z0-9._-]{1,127}")) {
      throw usage("the file's name has characters that no key may have: give --file-name");
    }
    return name;
  }

  private SecretValue value(boolean twice) {
    if (!files.isEmpty()) {
      return file(files.getFirst());
    }
    if (!variables.isEmpty()) {
      return variable(variables.getFirst());
    }
    if (!texts.isEmpty()) {
      return shown(texts.getFirst());
    }
    return stdin
        ? Typed.line(Typed.all(session.around().in(), "standard input"))
        : asked("value", twice);
  }

  private SequencedMap<String, SecretValue> pairs(boolean twice) {
    SequencedMap<String, SecretValue> pairs = new LinkedHashMap<>();
    if (stdin) {
      throw usage("which key is standard input for? Give --from-file KEY=-");
    }
    Optional.ofNullable(dotenv).ifPresent(path -> dotenv(path, pairs));
    files.forEach(one -> put(pairs, one, this::file));
    variables.forEach(one -> put(pairs, one, this::variable));
    texts.forEach(one -> put(pairs, one, this::shown));
    prompts.forEach(key -> put(pairs, key, asked("value of " + key, twice)));
    if (pairs.isEmpty()) {
      askPairs(pairs, twice);
    }
    return pairs;
  }

  private void put(
      SequencedMap<String, SecretValue> pairs, String given, Function<String, SecretValue> source) {
    int equals = given.indexOf('=');
    if (equals < 1) {
      throw usage("a secret with keys needs to know which one this is for: KEY=…");
    }
    put(pairs, given.substring(0, equals), source.apply(given.substring(equals + 1)));
  }

  private static void put(SequencedMap<String, SecretValue> pairs, String key, SecretValue value) {
    if (pairs.putIfAbsent(key, value) != null) {
      value.close();
      throw usage("the key " + Visible.text(key) + " is given twice");
    }
  }

  private void askPairs(SequencedMap<String, SecretValue> pairs, boolean twice) {
    Keyboard keyboard = keyboard();
    String key = keyboard.line("key (empty to end): ").strip();
    while (!key.isEmpty()) {
      put(pairs, key, asked("value of " + key, twice));
      key = keyboard.line("key (empty to end): ").strip();
    }
    if (pairs.isEmpty()) {
      throw usage("nothing was typed: nothing was changed");
    }
  }

  private SecretValue asked(String what, boolean twice) {
    Keyboard keyboard = keyboard();
    SecretValue typed = twice ? Typed.twice(keyboard, what) : Typed.hidden(keyboard, what + ": ");
    if (typed.size() == 0) {
      throw usage("nothing was typed: nothing was changed");
    }
    return typed;
  }

  private Keyboard keyboard() {
    return session
        .around()
        .keyboard()
        .orElseThrow(
            () ->
                usage(
                    "no value, and no terminal to ask at: give --from-stdin, --from-file,"
                        + " --from-env or --from-dotenv"));
  }

  private SecretValue file(String given) {
    if (given.equals(STDIN)) {
      return Typed.line(Typed.all(session.around().in(), "standard input"));
    }
    return SecretValue.owning(bytes(session.around().path(given)));
  }

  private static byte[] bytes(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return Typed.all(in, path.toString());
    } catch (IOException unreadable) {
      throw usage(path + " cannot be read: check the path");
    }
  }

  private SecretValue variable(String name) {
    return SecretValue.ofText(
        session
            .around()
            .variable(name)
            .orElseThrow(() -> usage("the variable " + Visible.text(name) + " is not set")));
  }

  private SecretValue shown(String text) {
    session.note(
        "warning: a value on the command line can be read by others on this machine, and the shell"
            + " may keep it: prefer --from-stdin or the prompt");
    return SecretValue.ofText(text);
  }

  private void dotenv(String given, SequencedMap<String, SecretValue> pairs) {
    byte[] file =
        given.equals(STDIN)
            ? Typed.all(session.around().in(), "standard input")
            : bytes(session.around().path(given));
    Dotenv.Variables read = Dotenv.read(file);
    if (!read.problems().isEmpty()) {
      read.close();
      throw usage(
          "%s cannot be taken: %s".formatted(Visible.text(given), read.problems().getFirst()));
    }
    read.variables().forEach(one -> put(pairs, one.name().text(), one.value()));
  }

  private static CommandFailure usage(String line) {
    return new CommandFailure(Exit.USAGE, line);
  }
}
