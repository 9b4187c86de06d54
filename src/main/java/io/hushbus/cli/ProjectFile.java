package io.hushbus.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file {@code .hushbus.yaml} of a project directory: where its secrets live, for all who work
 * in it. It may be committed, so it says ids alone: whoever can write into a directory must not be
 * able to say where tokens are sent.
 */
final class ProjectFile {

  static final String NAME = ".hushbus.yaml";

  private ProjectFile() {}

  /** The nearest one, from {@code directory} upwards. */
  static Optional<Path> find(Path directory) {
    return Stream.<Path>iterate(directory.toAbsolutePath(), at -> at != null, Path::getParent)
        .map(at -> at.resolve(NAME))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * @throws CommandFailure if it says more than ids, or others could have written it
   */
  static Map<Setting, String> read(Path file) {
    PrivateFile.writableByOthers(file)
        .ifPresent(
            reason -> {
              throw SettingsFile.fault(file, "is not taken: " + reason);
            });
    Map<Setting, String> settings = new EnumMap<>(Setting.class);
    SettingsFile.read(file)
        .map(SettingsFile::content)
        .orElse(Map.of())
        .forEach((key, value) -> settings.put(id(file, key), value.toString()));
    return settings;
  }

  private static Setting id(Path file, String key) {
    return Setting.of(key)
        .filter(Setting.IDS::contains)
        .orElseThrow(() -> SettingsFile.fault(file, refusal(key)));
  }

  private static String refusal(String key) {
    String known = "it may say project, domain and environment";
    return mayRedirect(key)
        ? "must not say `%s`: whoever writes into a directory could take your token; %s; put addresses into a profile: hushbus login"
            .formatted(key, known)
        : "says `%s`, which is unknown: %s".formatted(Visible.text(key), known);
  }

  private static boolean mayRedirect(String key) {
    String low = key.toLowerCase(Locale.ROOT);
    return low.contains("addr") || low.contains("token") || Setting.of(key).isPresent();
  }
}
