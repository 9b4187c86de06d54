package io.hushbus.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hushbus config explain}: every setting, and where it came from. No token is shown. */
@Command(
    name = "explain",
    description = "Show every setting of the command line, and where it came from.")
final class ConfigExplain implements Runnable {

  private static final Columns COLUMNS = Columns.of("setting", "value", "origin");

  @Mixin private final Session session;

  ConfigExplain(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    List<Map<String, String>> lines = new ArrayList<>();
    Settings settings = session.settings();
    for (Setting setting : Setting.values()) {
      lines.add(line(setting, settings.find(setting)));
    }
    session.output().list(Map.of("settings", lines), lines, COLUMNS);
    DevEnv.whyNot(session.around()).ifPresent(session::note);
  }

  private static Map<String, String> line(Setting setting, Optional<Settings.Found> found) {
    Map<String, String> line = new LinkedHashMap<>();
    line.put("setting", setting.key());
    found.ifPresent(
        one -> {
          line.put("value", setting == Setting.TOKEN ? "(hidden)" : one.value());
          line.put("origin", one.origin().where());
        });
    return line;
  }
}
