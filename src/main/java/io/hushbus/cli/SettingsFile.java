package io.hushbus.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** A small YAML file of settings, read strictly. Nothing in it is a value of a secret. */
record SettingsFile(Path path, Map<String, Object> content) {

  private static final int MOST = 256 * 1024;

  /**
   * Empty if there is none.
   *
   * @throws CommandFailure if it cannot be read, or is not one mapping
   */
  static Optional<SettingsFile> read(Path path) {
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try {
      String text = Files.size(path) > MOST ? "" : Files.readString(path, StandardCharsets.UTF_8);
      return Optional.of(new SettingsFile(path, mapping(path, yaml().load(text))));
    } catch (IOException | YAMLException malformed) {
      throw fault(path, "is not YAML that can be read");
    }
  }

  /** Reads plain data, no types of ours, nothing twice, nothing by reference. */
  static Yaml yaml() {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    strict.setMaxAliasesForCollections(0);
    strict.setCodePointLimit(MOST);
    strict.setNestingDepthLimit(16);
    return new Yaml(new SafeConstructor(strict));
  }

  /** What is under a key, which must be a mapping; empty if nothing is. */
  Map<String, Object> mapping(String key) {
    return mapping(path, content.get(key));
  }

  static Map<String, Object> mapping(Path path, @Nullable Object value) {
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw fault(path, "must be `key: value` lines");
    }
    Map<String, Object> read = new LinkedHashMap<>();
    map.forEach((key, one) -> Optional.ofNullable(one).ifPresent(it -> read.put(key + "", it)));
    return read;
  }

  /** The line that tells what is wrong with a file. */
  static CommandFailure fault(Path path, String what) {
    return new CommandFailure(Exit.USAGE, path + " " + what);
  }
}
