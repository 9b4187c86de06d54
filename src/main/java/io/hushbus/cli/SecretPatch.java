package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret patch}: some keys of a secret, the others stay. */
@Command(
    name = "patch",
    description = {
      "Change some keys of a key_value secret; the others stay.",
      "Each source says its key: --from-file KEY=PATH, --from-env KEY=VARIABLE, --prompt KEY."
    })
final class SecretPatch implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Option(names = "--remove", paramLabel = "KEY", description = "A key to take out.")
  private List<String> removed = new ArrayList<>();

  @Option(
      names = "--if-version",
      paramLabel = "N",
      description = "Only if this is still the current version.")
  private Optional<Integer> ifVersion = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final ValueOptions values;

  SecretPatch(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
    values = new ValueOptions(session);
  }

  @Override
  public void run() {
    session.use(
        broker -> {
          Body body = Body.object();
          if (!removed.isEmpty()) {
            body.object("data", data -> removed.forEach(data::none));
          }
          if (values.given() || removed.isEmpty()) {
            try (Content content = values.read(Optional.of(Content.KEY_VALUE), true)) {
              content.into(body);
            }
          }
          Request request = scope.of(broker.patch(SecretPath.of(name)));
          ifVersion.ifPresent(version -> request.ifMatch(version.toString()));
          session.one(request.body(body).send(), SecretPath.DETAIL);
          session.note("changed " + Visible.text(name) + " " + scope.shown());
        });
  }
}
