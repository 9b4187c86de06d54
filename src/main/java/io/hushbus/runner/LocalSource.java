package io.hushbus.runner;

import io.hushbus.imports.ImportedSecret;
import io.hushbus.imports.Imports;
import io.hushbus.imports.Problem;
import io.hushbus.imports.Reading;
import io.hushbus.imports.Wishes;
import io.hushbus.model.EntryName;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Values from a file of one's own, for tests on one's own machine: the same needs are filled, no
 * broker is asked, and nothing ever changes.
 */
public final class LocalSource implements Source {

  private final Path file;
  private final List<Need> asked;
  private final Map<String, Material> materials = new LinkedHashMap<>();
  private List<Need> needs = List.of();

  /**
   * @param needs none: every secret of the file, in its usual variables
   */
  public LocalSource(Path file, List<Need> needs) {
    this.file = file;
    this.asked = List.copyOf(needs);
  }

  /**
   * @throws UnreadableFile with all that is wrong with the file
   */
  @Override
  public Map<String, Material> open() {
    try (Reading reading = read()) {
      if (!reading.problems().isEmpty()) {
        throw new UnreadableFile(file, reading.problems().stream().map(Problem::toString).toList());
      }
      for (ImportedSecret one : reading.secrets()) {
        Map<String, SecretValue> entries = new LinkedHashMap<>();
        one.payload().entries().forEach((key, value) -> entries.put(key.text(), value));
        materials.put(one.name().folded(), new Material(one.name().text(), one.type(), 0, entries));
      }
      needs = asked.isEmpty() ? all(reading) : asked;
    }
    needs.forEach(this::alias);
    return materials;
  }

  private Reading read() {
    byte[] content = {};
    try {
      content = Files.readAllBytes(file);
      String name = file.getFileName().toString();
      return Imports.read(Optional.empty(), content, name, Wishes.NONE);
    } catch (IOException unreadable) {
      throw new UnreadableFile(file, List.of("it cannot be read: check the path"));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static List<Need> all(Reading reading) {
    return reading.secrets().stream()
        .map(
            one ->
                new Need(
                    one.name(),
                    Optional.<EntryName>empty(),
                    new Target.Usual(Optional.empty()),
                    false,
                    Optional.empty()))
        .toList();
  }

  /** A dotenv file has no hyphens in its names: {@code API_KEY} fills a need of api-key. */
  private void alias(Need need) {
    String folded = need.secret().folded();
    String spelled = folded.replace('-', '_').toLowerCase(Locale.ROOT);
    Material other = materials.get(spelled);
    if (!materials.containsKey(folded) && other != null) {
      materials.put(folded, other);
    }
  }

  @Override
  public List<Need> needs() {
    return needs;
  }

  @Override
  public void listen(Listener listener) {
    // nothing changes
  }

  @Override
  public void close(boolean succeeded) {
    materials.values().forEach(Material::close);
  }
}
