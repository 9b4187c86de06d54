package io.hushbus.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus config profile use}: the profile for all that name none. */
@Command(name = "use", description = "Choose the profile that is used where none is named.")
final class ProfileUse implements Runnable {

  @Parameters(paramLabel = "NAME", description = "The profile.")
  private String name = "";

  @Mixin private final Session session;

  ProfileUse(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    Profiles.needed(session.around()).using(name).save();
    session.note("profile " + name + " is used from now on");
  }
}
