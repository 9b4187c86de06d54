package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Refused;
import io.hushbus.client.Request;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus lease revoke}: some leases by their ids, or all that an option names. */
@Command(
    name = "revoke",
    description = {
      "Revoke leases: those that are named, or all of a run, secret, version or holder.",
      "Their holders lose the value at once."
    })
final class LeaseRevoke implements Callable<Integer> {

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Leases.")
  private List<String> ids = List.of();

  @Option(names = "--run", paramLabel = "ID", description = "All of this run.")
  private Optional<String> run = Optional.empty();

  @Option(names = "--secret", paramLabel = "SECRET", description = "All of this secret.")
  private Optional<String> secret = Optional.empty();

  @Option(names = "--version", paramLabel = "N", description = "All of this version.")
  private Optional<Long> version = Optional.empty();

  @Option(names = "--holder", paramLabel = "ACCOUNT", description = "All of this account.")
  private Optional<String> holder = Optional.empty();

  @Mixin private final Confirmation confirmation = new Confirmation();
  @Mixin private final ScopeOptions scope;
  @Mixin private final Session session;
  private int failed;

  LeaseRevoke(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public Integer call() {
    boolean bulk =
        run.isPresent() || secret.isPresent() || version.isPresent() || holder.isPresent();
    if (bulk != ids.isEmpty()) {
      throw new CommandFailure(
          Exit.USAGE, "name leases, or give --run, --secret, --version or --holder; not both");
    }
    confirmation.ask(
        session, bulk ? "Revoke all of these leases?" : "Revoke " + ids.size() + " leases?");
    session.use(bulk ? this::all : this::each);
    return failed == 0 ? Exit.OK : Exit.PARTIAL;
  }

  private void all(HushbusClient broker) {
    Ids find = new Ids(broker);
    Body selector = Body.object().field("run", run);
    selector.field("secret_id", secret.map(name -> find.secret(name, scope)));
    version.ifPresent(number -> selector.field("version", number));
    selector.field("holder", holder.map(find::account));
    Json ended = broker.post("/leases/revoke").body(selector).send().json();
    String more = ended.truth("more").orElse(false) ? "more than " : "";
    session.note("revoked " + more + ended.number("revoked") + " leases");
  }

  private void each(HushbusClient broker) {
    for (String id : ids) {
      try {
        broker.post("/leases/" + Request.segment(id) + "/revoke").send();
      } catch (Refused refused) {
        if (ids.size() == 1) {
          throw refused;
        }
        failed++;
        session.note(
            Visible.text(id) + ": " + Visible.text(refused.detail().orElse(refused.code())));
      }
    }
    session.note("revoked " + (ids.size() - failed) + " leases");
  }
}
