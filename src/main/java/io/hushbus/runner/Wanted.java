package io.hushbus.runner;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run is to have of a broker.
 *
 * @param environment a named list of needs
 * @param needs others beside it
 * @param reloads by folded names of secrets: another way to take in a new value than is said there
 * @param externalId what the platform calls the run
 * @param ttl how long a renewal is to hold
 * @param minValidFor for how long all of it must be promised to be valid
 */
public record Wanted(
    String project,
    Optional<String> domain,
    Optional<String> environment,
    List<Need> needs,
    java.util.Map<String, Reload> reloads,
    String externalId,
    int attempt,
    Optional<Duration> ttl,
    Optional<Duration> minValidFor) {

  /** For messages. */
  String where() {
    return project + domain.map(name -> "/" + name).orElse("");
  }
}
