package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret delete}: into the trash, unless something uses it. */
@Command(
    name = "delete",
    description = {
      "Move a secret to the trash, from where it can be restored for some time.",
      "Refused while something uses it; --force ends these uses first (admin)."
    })
final class SecretDelete implements Runnable {

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The secret; chosen from a list if it is left out.")
  private @Nullable String name;

  @Option(names = "--force", description = "End what uses it first.")
  private boolean force;

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Confirmation confirmation = new Confirmation();

  SecretDelete(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(
        broker -> {
          String secret = name == null ? picked(broker) : name;
          confirmation.ask(
              session,
              "Delete %s %s%s?"
                  .formatted(
                      Visible.text(secret),
                      scope.shown(),
                      force ? " and end all that use it" : ""));
          scope.of(broker.delete(SecretPath.of(secret))).query("force", force ? "true" : "").send();
          session.note(
              "deleted %s %s; hushbus secret restore brings it back"
                  .formatted(Visible.text(secret), scope.shown()));
        });
  }

  private String picked(HushbusClient broker) {
    List<String> names =
        new Paging()
            .all(() -> scope.of(broker.get("/secrets")), "secrets").items().stream()
                .map(one -> one.text("name"))
                .toList();
    if (names.isEmpty()) {
      throw new CommandFailure(Exit.NOT_FOUND, "there is no secret " + scope.shown());
    }
    return names.get(Picker.pick(session, "secret to delete", names, "NAME"));
  }
}
