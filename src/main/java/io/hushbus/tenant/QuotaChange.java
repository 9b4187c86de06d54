package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the operator sets for one tenant; what is empty is as configured for all. */
public record QuotaChange(
    OptionalLong secrets,
    OptionalLong versions,
    OptionalLong bytes,
    OptionalLong leases,
    OptionalLong streams,
    OptionalLong requestsPerSecond,
    OptionalLong runs,
    OptionalLong leaseSeconds,
    OptionalLong projectLeases,
    OptionalLong projectRuns) {

  /** One that says nothing of runs, of projects and of the length of leases. */
  public QuotaChange(
      OptionalLong secrets,
      OptionalLong versions,
      OptionalLong bytes,
      OptionalLong leases,
      OptionalLong streams,
      OptionalLong requestsPerSecond) {
    this(
        secrets,
        versions,
        bytes,
        leases,
        streams,
        requestsPerSecond,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** All as configured. */
  static final QuotaChange NOTHING =
      new QuotaChange(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  /** Another one where something else is set. */
  long etag() {
    Canonical all = Canonical.of("quota-etag/1");
    Stream.of(
            secrets,
            versions,
            bytes,
            leases,
            streams,
            requestsPerSecond,
            runs,
            leaseSeconds,
            projectLeases,
            projectRuns)
        .forEach(number -> all.number(number.isPresent() ? number.getAsLong() : null));
    return all.etag();
  }

  /** What the tenant may have by this. */
  Quota over(Quota configured) {
    return new Quota(
        secrets.orElse(configured.secrets()),
        versions.orElse(configured.versions()),
        bytes.orElse(configured.bytes()),
        leases.orElse(configured.leases()),
        streams.orElse(configured.streams()),
        requestsPerSecond.orElse(configured.requestsPerSecond()),
        runs.orElse(configured.runs()),
        projectLeases.orElse(configured.projectLeases()),
        projectRuns.orElse(configured.projectRuns()),
        leaseSeconds.isPresent()
            ? Optional.of(Duration.ofSeconds(leaseSeconds.getAsLong()))
            : configured.longestLease());
  }
}
