package io.hushbus.runner;

import io.hushbus.imports.Dotenv;
import io.hushbus.imports.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of lines {@code NAME=hushbus:secret[#key]}, which are needs, and {@code NAME=text}, which
 * are plain variables. It holds no secret, so that it may be kept with the sources.
 *
 * @param plain what is no need
 */
public record EnvFile(List<Need> needs, Map<String, String> plain) {

  /**
   * @param project from where the run looks; empty where no broker is asked
   * @throws UnreadableFile with all that is wrong with the file
   */
  public static EnvFile read(Path file, Optional<String> project, Optional<String> domain) {
    List<String> wrong = new ArrayList<>();
    List<Need> needs = new ArrayList<>();
    Map<String, String> plain = new LinkedHashMap<>();
    try (Dotenv.Variables variables = Dotenv.read(Files.readAllBytes(file))) {
      variables.problems().stream().map(Problem::toString).forEach(wrong::add);
      for (Dotenv.Variable one : variables.variables()) {
        String text = one.value().reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
        try {
          if (Reference.is(text)) {
            needs.add(need(one.name().text(), Reference.of(text), project, domain));
          } else {
            plain.put(one.name().text(), text);
          }
        } catch (IllegalArgumentException unusable) {
          wrong.add(new Problem(one.line(), String.valueOf(unusable.getMessage())).toString());
        }
      }
    } catch (IOException unreadable) {
      wrong.add("it cannot be read: check the path");
    }
    if (!wrong.isEmpty()) {
      throw new UnreadableFile(file, wrong);
    }
    return new EnvFile(List.copyOf(needs), plain);
  }

  private static Need need(
      String name, Reference to, Optional<String> project, Optional<String> domain) {
    if (project.isPresent() && !to.within(project.get(), domain)) {
      throw new IllegalArgumentException(
          "it names another project or domain than the run is in, which alone can be leased from");
    }
    return new Need(
        to.secret(), to.key(), new Target.Variable(name), to.optional(), Optional.empty());
  }
}
