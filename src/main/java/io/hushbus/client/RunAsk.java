package io.hushbus.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A run to be opened.
 *
 * @param externalId what the platform calls it; there is one run for a project, this and an attempt
 * @param environment what it leases, unless it asks for something else
 * @param deadline when it ends by itself
 * @param sealing whether its values are sealed to a key of its own, and how
 * @param heartbeat how long it may say nothing; the broker's usual time if nothing is said
 */
public record RunAsk(
    String project,
    Optional<String> domain,
    String externalId,
    OptionalInt attempt,
    Optional<String> environment,
    Optional<Instant> deadline,
    Optional<Duration> heartbeat,
    Optional<Sealing> sealing) {

  /** The first attempt at a job, without an environment. */
  public static RunAsk of(String project, String externalId) {
    return new RunAsk(
        project,
        Optional.empty(),
        externalId,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public RunAsk domain(String name) {
    return new RunAsk(
        project, Optional.of(name), externalId, attempt, environment, deadline, heartbeat, sealing);
  }

  public RunAsk attempt(int number) {
    return new RunAsk(
        project,
        domain,
        externalId,
        OptionalInt.of(number),
        environment,
        deadline,
        heartbeat,
        sealing);
  }

  public RunAsk environment(String name) {
    return new RunAsk(
        project, domain, externalId, attempt, Optional.of(name), deadline, heartbeat, sealing);
  }

  public RunAsk deadline(Instant end) {
    return new RunAsk(
        project, domain, externalId, attempt, environment, Optional.of(end), heartbeat, sealing);
  }

  public RunAsk heartbeat(Duration ttl) {
    return new RunAsk(
        project, domain, externalId, attempt, environment, deadline, Optional.of(ttl), sealing);
  }

  /** All its values come sealed to a key that is made for it and never leaves this process. */
  public RunAsk sealed(Sealing how) {
    return new RunAsk(
        project, domain, externalId, attempt, environment, deadline, heartbeat, Optional.of(how));
  }

  /**
   * @param sealedTo the run's own key, if it has one
   */
  Body body(Optional<String> sealedTo) {
    Body body =
        Body.object()
            .field("project", project)
            .field("domain", domain)
            .field("external_id", externalId)
            .field("environment", environment)
            .field("deadline", deadline.map(Instant::toString))
            .field("sealed_to", sealedTo);
    attempt.ifPresent(number -> body.field("attempt", number));
    heartbeat.ifPresent(time -> body.field("heartbeat_ttl", LeaseAsk.text(time)));
    return body;
  }
}
