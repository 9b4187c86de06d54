package io.hushbus.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus config profile set}: settings of a profile, which is made if it is not there. */
@Command(
    name = "set",
    description = {
      "Set what a profile says; it is made if it is not there.",
      "KEY is addr, cacert, client_cert, client_key, project, domain, environment or format; an"
          + " empty VALUE removes it. Its token is set by hushbus login."
    })
final class ProfileSet implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The profile.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description = "What it says from now on.")
  private Map<String, String> said = new LinkedHashMap<>();

  @Mixin private final Session session;

  ProfileSet(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    Profiles profiles = Profiles.needed(session.around());
    for (Map.Entry<String, String> one : said.entrySet()) {
      profiles = profiles.with(name, setting(one.getKey()), one.getValue());
    }
    profiles.save();
    session.note("profile " + name + " is in " + profiles.path());
  }

  private static Setting setting(String key) {
    return Setting.of(key)
        .orElseThrow(
            () -> new CommandFailure(Exit.USAGE, "there is no setting " + Visible.text(key)));
  }
}
