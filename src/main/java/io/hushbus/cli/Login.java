package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.model.SecretValue;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hushbus login}: keeps address and API key in a profile, once the broker knows the key. */
@Command(
    name = "login",
    description = {
      "Keep the address of a broker and an API key in a profile of your own.",
      "The key is asked for, or read with --from-stdin; it is kept only if the broker knows it."
    })
final class Login implements Runnable {

  @Option(names = "--from-stdin", description = "Read the key from standard input.")
  private boolean stdin;

  @Mixin private final Session session;

  Login(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    Profiles profiles = Profiles.needed(session.around());
    String name =
        Profiles.checked(
            session
                .given(Setting.PROFILE)
                .or(() -> session.around().variable(Setting.PROFILE.variable()))
                .or(profiles::current)
                .orElse(Profiles.FIRST));
    Access access = access(profiles, name);
    byte[] key;
    if (access.inTheClear()) {
      session.note("warning: the key travels in the clear to " + access.address().getHost());
    }
    try (SecretValue typed = key(access.address())) {
      key = known(access, typed);
    }
    PrivateFile.write(profiles.tokenFile(name), key);
    Arrays.fill(key, (byte) 0);
    profiles.with(name, Setting.ADDR, access.address().toString()).using(name).save();
    session.note("kept in profile " + name + " of " + profiles.path());
  }

  /** The broker as the command line, the environment or the profile says. */
  private Access access(Profiles profiles, String name) {
    Surroundings around = session.around();
    Map<String, String> environment = new LinkedHashMap<>(around.environment());
    environment.remove(Setting.PROFILE.variable());
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    if (profiles.names().contains(name)) {
      flags.putAll(profiles.profile(name));
    }
    around
        .variable(Setting.ADDR.variable())
        .or(() -> Optional.ofNullable(flags.get(Setting.ADDR)))
        .ifPresent(address -> flags.put(Setting.ADDR, address));
    session.given(Setting.ADDR).ifPresent(address -> flags.put(Setting.ADDR, address));
    Surroundings without =
        new Surroundings(
            environment,
            around.directory(),
            around.in(),
            around.out(),
            around.err(),
            around.screen(),
            around.keyboard());
    return new Access(without, new Settings(without, flags));
  }

  private SecretValue key(URI address) {
    if (stdin) {
      return Typed.line(Typed.all(session.around().in(), "standard input"));
    }
    Keyboard keyboard =
        session
            .around()
            .keyboard()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        Exit.USAGE, "no terminal to ask for the key at: give --from-stdin"));
    return Typed.hidden(keyboard, Visible.text("API key for " + address + ": "));
  }

  /** The key as it is kept, if the broker knows it. */
  private byte[] known(Access access, SecretValue key) {
    if (key.size() == 0) {
      throw new CommandFailure(Exit.USAGE, "no key was given: nothing was changed");
    }
    if (!Access.isToken(key)) {
      throw new CommandFailure(
          Exit.USAGE,
          "what was given is no API key: it has blanks or line ends; nothing was changed");
    }
    byte[] kept = key.reveal(byte[]::clone);
    try (HushbusClient broker = access.client(SecretValue.copyOf(kept))) {
      Json self = broker.get("/auth/whoami").send().json();
      session.note(
          Visible.text(
              "logged in at %s as %s of tenant %s"
                  .formatted(
                      access.address(),
                      self.object("principal").text("name"),
                      self.object("tenant").text("name"))));
    }
    return kept;
  }
}
