package io.hushbus.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The file {@code dev.env}: the address and the keys of a development broker, for a shell to
 * source. Readable by its owner alone.
 */
final class DevEnv {

  private static final Path USUAL = Path.of(".hushbus", "dev.env");
  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final int MOST = 64 * 1024;

  private final Path path;

  DevEnv(Path path) {
    this.path = path;
  }

  /** The one that {@code dev} left in the directory of the command, if it is to be trusted. */
  static Optional<DevEnv> beside(Surroundings around) {
    return Optional.of(new DevEnv(around.directory().resolve(USUAL)))
        .filter(file -> file.exists() && file.fault().isEmpty());
  }

  /** Why the one that lies there is not taken. */
  static Optional<String> whyNot(Surroundings around) {
    DevEnv file = new DevEnv(around.directory().resolve(USUAL));
    return file.exists()
        ? file.fault().map(reason -> file.path + " is not taken: " + reason)
        : Optional.empty();
  }

  /**
   * Files that others could have left, or that lead elsewhere than to this machine, are not ours.
   */
  private Optional<String> fault() {
    return PrivateFile.readableByOthers(path)
        .or(() -> Optional.ofNullable(path.getParent()).flatMap(PrivateFile::writableByOthers))
        .or(
            () ->
                isHere(variables().getOrDefault("HUSHBUS_ADDR", ""))
                    ? Optional.empty()
                    : Optional.of("its address is not this machine's"));
  }

  private static boolean isHere(String address) {
    try {
      URI uri = URI.create(address);
      return "http".equals(uri.getScheme())
          && uri.getHost() != null
          && THIS_MACHINE.contains(uri.getHost());
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /**
   * What it says for the command line.
   *
   * @param task whether for a task, which leases as the account for scripts does; who looks after
   *     secrets may not
   */
  Map<Setting, String> settings(boolean task) {
    Map<String, String> variables = variables();
    if (task && variables.containsKey("HUSHBUS_APP_TOKEN")) {
      variables.put("HUSHBUS_TOKEN", variables.get("HUSHBUS_APP_TOKEN"));
    }
    Map<Setting, String> settings = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      Optional.ofNullable(variables.get(setting.variable()))
          .ifPresent(value -> settings.put(setting, value));
    }
    return settings;
  }

  Path path() {
    return path;
  }

  boolean exists() {
    return Files.exists(path);
  }

  /** Writes the file whole, or not at all. */
  void write(Map<String, String> variables) {
    String text =
        variables.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining());
    try {
      Path draft = path.resolveSibling(path.getFileName() + ".new");
      Files.deleteIfExists(draft);
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(draft, text);
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Keeps the keys and changes the address, which may differ from the last start's. */
  void addressIs(String address) {
    Map<String, String> variables = variables();
    if (!address.equals(variables.put("HUSHBUS_ADDR", address))) {
      write(variables);
    }
  }

  private Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    try {
      String text =
          Files.size(path) > MOST ? "" : Files.readString(path, StandardCharsets.ISO_8859_1);
      text.lines()
          .map(line -> line.split("=", 2))
          .filter(parts -> parts.length == 2 && !parts[0].isEmpty())
          .forEach(parts -> variables.put(parts[0], parts[1]));
      return variables;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
