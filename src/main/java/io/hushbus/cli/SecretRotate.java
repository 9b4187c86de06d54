package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Request;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret rotate}: a new value, and how holders move to it. */
@Command(
    name = "rotate",
    description = {
      "Begin a rotation: to a value from a source, or to one that the broker makes.",
      "drain: holders have the grace to move. immediate: the old version ends at once. staged:"
          + " canaries and waves get it first, and a failure brings the old one back. --dry-run"
          + " says who holds it and when it could be over."
    })
final class SecretRotate implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Option(
      names = "--generate",
      paramLabel = "KIND",
      description = "password, bytes, uuid, ed25519 or rsa, made by the broker.")
  private Optional<String> generate = Optional.empty();

  @Option(names = "--length", paramLabel = "N", description = "Of what is generated.")
  private Optional<Long> length = Optional.empty();

  @Option(names = "--strategy", paramLabel = "NAME", description = "drain, immediate or staged.")
  private Optional<String> strategy = Optional.empty();

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = "For holders to move: 90s, 15m, 6h.")
  private Optional<String> grace = Optional.empty();

  @Option(
      names = "--canary",
      paramLabel = "RUN",
      description = "Of a staged one: a run that gets the new version first; may be repeated.")
  private List<String> canaries = List.of();

  @Option(
      names = "--waves",
      paramLabel = "PERCENT",
      split = ",",
      description = "Of a staged one: then so many of a hundred holders, growing, such as 10,50.")
  private List<Long> waves = List.of();

  @Option(
      names = "--pause",
      paramLabel = "TIME",
      description = "Of a staged one: how long a stage has to go well before the next.")
  private Optional<String> pause = Optional.empty();

  @Option(names = "--dry-run", description = "Only say what it would meet.")
  private boolean dryRun;

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final ValueOptions values;

  SecretRotate(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
    values = new ValueOptions(session);
  }

  private static final Columns BEGUN =
      Columns.of(
          "id",
          "secret",
          "scope",
          "from=from_version",
          "to=to_version",
          "strategy",
          "phase",
          "deadline",
          "holders");
  private static final Columns REHEARSED =
      Columns.of(
          "from=from_version", "holders=holders.total", "by_reload", "earliest_finish", "deadline");

  @Override
  public void run() {
    session.use(
        broker -> {
          Body body =
              Body.object().field("strategy", strategy).field("grace", grace).field("pause", pause);
          staged(body);
          if (dryRun) {
            body.field("dry_run", true);
          } else {
            value(broker, body);
          }
          Request request = scope.of(broker.post(SecretPath.of(name, "rotations"))).body(body);
          session.one(request.send(), dryRun ? REHEARSED : BEGUN);
          session.note(dryRun ? "nothing was changed" : "rotating " + Visible.text(name));
        });
  }

  private void staged(Body body) {
    if (!canaries.isEmpty()) {
      body.object("canary", canary -> canary.texts("runs", canaries));
    }
    if (!waves.isEmpty()) {
      body.tree("waves", waves);
    }
  }

  private void value(HushbusClient broker, Body body) {
    if (generate.isPresent()) {
      body.object(
          "generate",
          made -> {
            made.field("kind", generate);
            length.ifPresent(size -> made.field("length", size));
          });
      return;
    }
    String type = scope.of(broker.get(SecretPath.of(name))).send().json().text("type");
    try (Content content = values.read(Optional.of(type), true)) {
      content.into(body);
    }
  }
}
