package io.hushbus.cli;

import io.hushbus.client.Answer;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Refused;
import io.hushbus.client.Unreachable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code hushbus doctor}: what may be wrong between this machine and a broker, each thing with the
 * next step. Changes nothing, and sends the token only where every other command would.
 */
@Command(
    name = "doctor",
    description = {
      "Check address, TLS, version, token, rights, clock and the broker's own checks.",
      "Ends with the code of the first thing that is wrong: 2, 4 or 7."
    })
final class DoctorCommand implements Callable<Integer> {

  private static final Columns COLUMNS = Columns.of("check", "result", "detail", "next");
  private static final Duration MOST_SKEW = Duration.ofSeconds(5);

  private enum Result {
    OK,
    WARNING,
    WRONG,
    UNKNOWN
  }

  @Option(
      names = "--management",
      paramLabel = "URL",
      description = "The management listener, such as http://broker:8421, whose checks to ask for.")
  private Optional<String> management = Optional.empty();

  /** The version of the interface that this command line speaks, as the contract says it. */
  private static final String INTERFACE = "1";

  @Mixin private final Session session;
  private final List<Map<String, Object>> lines = new ArrayList<>();
  private int code = Exit.OK;

  DoctorCommand(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public Integer call() {
    Settings settings = session.settings();
    Access access = new Access(session.around(), settings);
    try {
      URI address = access.address();
      add("address", Result.OK, address + " (" + settings.address().origin().where() + ")", "");
      Probe probe = new Probe(new Trust(session.around(), settings).context());
      if (reached(probe, address)) {
        token(access);
      }
      management.ifPresent(url -> ready(probe, url));
    } catch (CommandFailure wrong) {
      wrong("settings", wrong);
    }
    session.output().list(Map.of("checks", lines), lines, COLUMNS);
    return code;
  }

  private boolean reached(Probe probe, URI address) {
    if ("https".equals(address.getScheme())) {
      certificate(probe.certificateEnds(address));
    } else {
      boolean here = List.of("127.0.0.1", "localhost", "[::1]").contains(address.getHost());
      add(
          "tls",
          here ? Result.OK : Result.WARNING,
          here ? "none, on this machine alone" : "none: the token travels in the clear",
          here ? "" : "use an https address");
    }
    Optional<Json> contract = probe.json(address.resolve("/openapi.json"));
    if (contract.isEmpty()) {
      fail(
          Exit.UNREACHABLE,
          "broker",
          "nothing that is a broker answers at " + address,
          "start it, or set HUSHBUS_ADDR");
      return false;
    }
    add("broker", Result.OK, "answers", "");
    version(contract.get().object("info").optionalText("version").orElse("unknown"));
    return true;
  }

  private void certificate(Optional<Instant> ends) {
    if (ends.isEmpty()) {
      fail(
          Exit.UNREACHABLE,
          "tls",
          "no trusted TLS connection",
          "set HUSHBUS_CACERT to the authority's PEM file, and check the name in the address");
      return;
    }
    long days = Duration.between(Instant.now(), ends.get()).toDays();
    add(
        "tls",
        days < 14 ? Result.WARNING : Result.OK,
        "trusted; the certificate ends in " + days + " days",
        days < 14 ? "renew the broker's certificate" : "");
  }

  private void version(String broker) {
    String own = new Version().getVersion()[0].replace("hushbus ", "");
    boolean same = broker.equals(INTERFACE);
    add(
        "version",
        same ? Result.OK : Result.WARNING,
        "interface " + broker + ", command line " + own,
        same ? "" : "use the command line that came with the broker");
  }

  private void token(Access access) {
    try (HushbusClient broker = access.client()) {
      add("token", Result.OK, "from " + session.settings().token().origin().where(), "");
      Instant before = Instant.now();
      Answer answer = broker.get("/auth/whoami").send();
      Instant after = Instant.now();
      Json who = answer.json();
      Json principal = who.object("principal");
      add(
          "caller",
          Result.OK,
          "%s %s of tenant %s"
              .formatted(
                  principal.optionalText("kind").orElse("?"),
                  principal.optionalText("name").orElse("?"),
                  who.object("tenant").optionalText("name").orElse("?")),
          "");
      rights(who);
      clock(answer.request().flatMap(DoctorCommand::uuid), before, after);
    } catch (CommandFailure wrong) {
      wrong("token", wrong);
    } catch (Refused refused) {
      fail(
          Exit.DENIED,
          "caller",
          refused.detail().orElse(refused.code()),
          "log in by hushbus login, or set HUSHBUS_TOKEN");
    } catch (Unreachable away) {
      fail(Exit.UNREACHABLE, "caller", String.valueOf(away.getMessage()), "try again");
    }
  }

  private void rights(Json who) {
    String roles =
        who.objects("bindings").stream()
            .map(DoctorCommand::binding)
            .collect(Collectors.joining(", "));
    boolean none = roles.isEmpty();
    add(
        "roles",
        none ? Result.WARNING : Result.OK,
        none ? "none" : roles,
        none ? "ask an admin: hushbus role bind ROLE ACCOUNT" : "");
  }

  private static String binding(Json binding) {
    String at =
        binding
            .optionalText("project_id")
            .map(id -> " of project " + id)
            .or(() -> binding.optionalText("community_id").map(id -> " of community " + id))
            .orElse("");
    return binding.text("role") + at;
  }

  /** The id of a request begins with the broker's time, in milliseconds (RFC 9562, version 7). */
  private void clock(Optional<UUID> request, Instant before, Instant after) {
    if (request.filter(id -> id.version() == 7).isEmpty()) {
      add("clock", Result.UNKNOWN, "the broker does not tell its time", "");
      return;
    }
    Instant theirs = Instant.ofEpochMilli(request.get().getMostSignificantBits() >>> 16);
    Duration early = Duration.between(theirs, before);
    Duration late = Duration.between(after, theirs);
    Duration skew = early.compareTo(late) > 0 ? early : late;
    boolean far = skew.compareTo(MOST_SKEW) > 0;
    add(
        "clock",
        far ? Result.WARNING : Result.OK,
        far ? skew.toSeconds() + " s away from the broker's" : "as the broker's",
        far ? "set this machine's clock (NTP); leases end by the broker's" : "");
  }

  private static Optional<UUID> uuid(String text) {
    return Ids.isId(text) ? Optional.of(UUID.fromString(text)) : Optional.empty();
  }

  private void ready(Probe probe, String url) {
    Optional<Json> said = probe.json(URI.create(url).resolve("/readyz"));
    if (said.isEmpty()) {
      fail(Exit.UNREACHABLE, "health", "nothing answers at " + url, "check --management");
      return;
    }
    boolean ready = said.get().truth("ready").orElse(false);
    String checks = Visible.text(said.get().object("checks").fields().toString());
    if (ready) {
      add("health", Result.OK, checks, "");
    } else {
      fail(Exit.UNREACHABLE, "health", checks, "see the broker's log for what is false");
    }
  }

  private void wrong(String check, CommandFailure failure) {
    fail(failure.exitCode(), check, String.valueOf(failure.getMessage()), "");
  }

  private void fail(int exit, String check, String detail, String next) {
    code = code == Exit.OK ? exit : code;
    add(check, Result.WRONG, detail, next);
  }

  private void add(String check, Result result, String detail, String next) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("check", check);
    line.put("result", result.name().toLowerCase(Locale.ROOT));
    line.put("detail", detail);
    line.put("next", next);
    lines.add(line);
  }
}
