package io.hushbus.lease;

import io.hushbus.model.EntryName;
import io.hushbus.secret.EntrySize;
import java.util.List;
import java.util.Optional;

/**
 * An environment that is about to be leased as a whole: what to ask for, and where what was leased
 * goes.
 */
public record EnvironmentPlan(Environment environment) {

  /** What to ask for: one entry for each need. */
  public List<LeaseAsk.Wanted> wanted() {
    return environment.needs().stream().map(this::wanted).toList();
  }

  private LeaseAsk.Wanted wanted(Need need) {
    List<EntryName> entries = need.key().stream().toList();
    return new LeaseAsk.Wanted(
        need.secret(),
        entries,
        need.optional(),
        new Lease.Need(
            Optional.of(environment.id()),
            Optional.of(need.reload().word()),
            need.maxDelay(),
            Optional.empty()));
  }

  /** Where the entries of the leases go; to be asked while their values are still there. */
  public Exposure of(List<LeasedSecret> leases) {
    return Exposure.of(environment.needs(), leases.stream().map(EnvironmentPlan::held).toList());
  }

  private static Exposure.Held held(LeasedSecret leased) {
    return new Exposure.Held(
        leased.name(), leased.lease().id(), leased.secret().type(), EntrySize.of(leased.payload()));
  }
}
