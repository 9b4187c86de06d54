package io.hushbus.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The user's own file, {@code hushbus/config.yaml} under {@code XDG_CONFIG_HOME}: named profiles,
 * one of them current. The token of a profile lies beside it in a file of its own.
 */
final class Profiles {

  static final String FIRST = "default";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
  private static final List<Setting> MAY_SAY =
      List.of(
          Setting.ADDR,
          Setting.CACERT,
          Setting.CLIENT_CERT,
          Setting.CLIENT_KEY,
          Setting.PROJECT,
          Setting.DOMAIN,
          Setting.ENVIRONMENT,
          Setting.FORMAT);

  private final Path directory;
  private final Optional<String> current;
  private final Map<String, Map<Setting, String>> byName;

  private Profiles(
      Path directory, Optional<String> current, Map<String, Map<Setting, String>> byName) {
    this.directory = directory;
    this.current = current;
    this.byName = byName;
  }

  /** None, where there is no file; empty where the user has no home. */
  static Optional<Profiles> of(Surroundings around) {
    return around
        .variable("XDG_CONFIG_HOME")
        .map(Path::of)
        .filter(Path::isAbsolute)
        .or(() -> around.home().map(home -> home.resolve(".config")))
        .map(config -> read(config.resolve("hushbus")));
  }

  /**
   * @throws CommandFailure if the user has no home to keep them in
   */
  static Profiles needed(Surroundings around) {
    return of(around)
        .orElseThrow(
            () ->
                new CommandFailure(
                    Exit.USAGE, "there is no place for profiles: set HOME or XDG_CONFIG_HOME"));
  }

  private static Profiles read(Path directory) {
    Path path = directory.resolve("config.yaml");
    Optional<SettingsFile> file = SettingsFile.read(path);
    file.ifPresent(Profiles::refuseUnknown);
    Map<String, Map<Setting, String>> byName = new LinkedHashMap<>();
    file.map(one -> one.mapping("profiles"))
        .orElse(Map.of())
        .forEach((name, said) -> byName.put(name, settings(path, name, said)));
    return new Profiles(
        directory, file.map(one -> one.content().get("current")).map(Object::toString), byName);
  }

  private static void refuseUnknown(SettingsFile file) {
    PrivateFile.writableByOthers(file.path())
        .ifPresent(
            reason -> {
              throw SettingsFile.fault(file.path(), "is not taken: " + reason);
            });
    file.content().keySet().stream()
        .filter(key -> !key.equals("current") && !key.equals("profiles"))
        .findFirst()
        .ifPresent(
            key -> {
              throw SettingsFile.fault(
                  file.path(), "says `%s`, which is unknown".formatted(Visible.text(key)));
            });
  }

  private static Map<Setting, String> settings(Path path, String name, Object said) {
    Map<Setting, String> settings = new EnumMap<>(Setting.class);
    SettingsFile.mapping(path, said)
        .forEach((key, value) -> settings.put(known(path, name, key), value.toString()));
    return settings;
  }

  private static Setting known(Path path, String name, String key) {
    return Setting.of(key)
        .filter(MAY_SAY::contains)
        .orElseThrow(
            () ->
                SettingsFile.fault(
                    path,
                    key.startsWith("token")
                        ? "must hold no token: hushbus login keeps it in a file of its own"
                        : "says `%s` of profile %s, which is unknown"
                            .formatted(Visible.text(key), Visible.text(name))));
  }

  /** The one that is used where none is named. */
  Optional<String> current() {
    return current.or(() -> Optional.of(FIRST).filter(byName::containsKey));
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * The settings of a profile, with the file of its token if it has one.
   *
   * @throws CommandFailure if there is none of that name
   */
  Map<Setting, String> profile(String name) {
    Map<Setting, String> said = byName.get(name);
    if (said == null) {
      throw new CommandFailure(
          Exit.USAGE,
          "there is no profile %s in %s: see hushbus config profile list, or hushbus login --profile %s"
              .formatted(name, path(), name));
    }
    Map<Setting, String> settings = new EnumMap<>(Setting.class);
    settings.putAll(said);
    Path token = tokenFile(name);
    if (Files.exists(token)) {
      settings.put(Setting.TOKEN_FILE, token.toString());
    }
    return settings;
  }

  Path path() {
    return directory.resolve("config.yaml");
  }

  Path tokenFile(String name) {
    return directory.resolve("tokens").resolve(checked(name));
  }

  /** Names are names of files as well. */
  static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new CommandFailure(
          Exit.USAGE, "a profile's name is letters, digits, - and _, at most 63");
    }
    return name;
  }

  Profiles with(String name, Setting setting, String value) {
    if (!MAY_SAY.contains(setting)) {
      throw new CommandFailure(
          Exit.USAGE,
          "a profile says " + MAY_SAY.stream().map(Setting::key).toList() + ", nothing else");
    }
    Map<String, Map<Setting, String>> changed = new LinkedHashMap<>(byName);
    Map<Setting, String> settings = new EnumMap<>(Setting.class);
    settings.putAll(changed.getOrDefault(checked(name), Map.of()));
    if (value.isEmpty()) {
      settings.remove(setting);
    } else {
      settings.put(setting, value);
    }
    changed.put(name, settings);
    return new Profiles(directory, current, changed);
  }

  Profiles using(String name) {
    profile(name);
    return new Profiles(directory, Optional.of(name), byName);
  }

  void save() {
    Map<String, Object> content = new LinkedHashMap<>();
    current.ifPresent(name -> content.put("current", name));
    Map<String, Object> profiles = new LinkedHashMap<>();
    byName.forEach(
        (name, settings) -> {
          Map<String, Object> said = new LinkedHashMap<>();
          settings.forEach((setting, value) -> said.put(setting.key(), value));
          profiles.put(name, said);
        });
    content.put("profiles", profiles);
    PrivateFile.write(path(), YamlText.of(content).getBytes(StandardCharsets.UTF_8));
  }
}
