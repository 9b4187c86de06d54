package io.hushbus.cli;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hushbus config profile list}. */
@Command(name = "list", description = "List the profiles of the user's file.")
final class ProfileList implements Runnable {

  private static final Columns COLUMNS =
      Columns.of("name", "current", "addr", "project", "domain", "token");

  @Mixin private final Session session;

  ProfileList(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    Optional<Profiles> profiles = Profiles.of(session.around());
    List<Map<String, Object>> lines =
        profiles.stream()
            .flatMap(all -> all.names().stream().map(name -> line(all, name)))
            .toList();
    session.output().list(Map.of("profiles", lines), lines, COLUMNS);
  }

  private static Map<String, Object> line(Profiles all, String name) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("name", name);
    line.put("current", all.current().filter(name::equals).isPresent());
    all.profile(name)
        .forEach(
            (setting, value) -> {
              if (setting != Setting.TOKEN_FILE) {
                line.put(setting.key(), value);
              }
            });
    line.put("token", Files.exists(all.tokenFile(name)));
    return line;
  }
}
