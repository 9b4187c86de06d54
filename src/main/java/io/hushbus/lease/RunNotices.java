package io.hushbus.lease;

import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.model.RunId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What readers are told of the end of runs: one notice each, with a count and no list. */
final class RunNotices {

  private RunNotices() {}

  /**
   * Of a run that nobody ended, that it is lost; of any other, that its leases have ended, if it
   * had some.
   */
  static Optional<Fact> ofEnd(Run run, EndedLeases leases) {
    return switch (run.life().outcome().orElseThrow()) {
      case LOST, EXPIRED -> Optional.of(lost(run, leases));
      case SUCCEEDED, FAILED, CANCELLED ->
          leases.count() == 0 ? Optional.empty() : Optional.of(revoked(run, leases));
    };
  }

  private static Fact lost(Run run, EndedLeases leases) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("run_id", run.id().toString());
    data.put("external_id", run.externalId());
    data.put("attempt", run.attempt());
    data.put("reason", run.life().outcome().map(Run.Outcome::word).orElseThrow());
    leases.into(data, "leases");
    return Fact.in(run.scope(), EventType.RUN_LOST, "runs/" + run.id(), data);
  }

  private static Fact revoked(Run run, EndedLeases leases) {
    return Fact.in(
        run.scope(), EventType.LEASE_REVOKED, "runs/" + run.id(), data(run.id(), leases));
  }

  /** That the leases of a run have ended which itself goes on. */
  static Fact ofLeases(RevokedRun ended) {
    return new Fact(
        EventType.LEASE_REVOKED,
        "runs/" + ended.run(),
        ended.project(),
        ended.domain(),
        data(ended.run(), ended.leases()));
  }

  private static Map<String, Object> data(RunId run, EndedLeases leases) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("selector", Map.of("run_id", run.toString()));
    leases.into(data, "count");
    return data;
  }
}
