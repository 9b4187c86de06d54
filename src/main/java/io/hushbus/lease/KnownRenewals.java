package io.hushbus.lease;

import io.hushbus.db.Coalescer;
import io.hushbus.event.Ledger;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Renews leases that this node wrote last, in groups, by one statement: it compares what is known
 * of them with what is there.
 */
final class KnownRenewals {

  /**
   * What becomes of a lease, if it is as it was.
   *
   * @param now when, by the database's clock, and never ahead of it
   */
  record Again(RecentLeases.Known before, Instant now, Renewals.Done done) {}

  private record Job(Renewals.Ask ask, RecentLeases.Known known) {}

  private final Commits commits;
  private final SecretOpener secrets;
  private final LeaseBatchStore store;
  private final Coalescer<Job, Optional<Renewals.Done>> batches;

  KnownRenewals(Commits commits, SecretOpener secrets, LeaseBatchStore store) {
    this.commits = commits;
    this.secrets = secrets;
    this.store = store;
    this.batches = commits.gathering(this::commit);
  }

  /**
   * The lease as it is once that is committed with its audit record; empty if it is not as it was,
   * or what was asked for is to be refused, and nothing was done.
   */
  Future<Optional<Renewals.Done>> submit(Renewals.Ask ask, RecentLeases.Known known) {
    return batches
        .submit(new Job(ask, known))
        .recover(cause -> Future.failedFuture(Ledger.unrecorded(cause)));
  }

  private Future<List<Optional<Renewals.Done>>> commit(List<Job> jobs) {
    List<@Nullable Again> all = new ArrayList<>(jobs.size());
    Optional<Instant> now = secrets.now().map(at -> at.truncatedTo(ChronoUnit.MILLIS));
    for (Job job : jobs) {
      all.add(now.flatMap(at -> again(job, at)).orElse(null));
    }
    List<Integer> places =
        IntStream.range(0, jobs.size()).boxed().filter(place -> all.get(place) != null).toList();
    List<Again> asked = places.stream().map(all::get).toList();
    List<TenantId> tenants = jobs.stream().map(job -> job.ask().tenant()).distinct().toList();
    return asked.isEmpty()
        ? Future.succeededFuture(answers(jobs.size(), all, Set.of()))
        : commits
            .statement(tenants, tx -> store.again(tx, asked))
            .onSuccess(written -> secrets.heard(written.now()))
            .map(written -> answers(jobs.size(), all, written.of(places)));
  }

  private static List<Optional<Renewals.Done>> answers(
      int jobs, List<@Nullable Again> all, Set<Integer> written) {
    return IntStream.range(0, jobs)
        .mapToObj(
            place ->
                Optional.ofNullable(all.get(place))
                    .filter(one -> written.contains(place))
                    .map(Again::done))
        .toList();
  }

  /** What is refused is looked at again, by what is there. */
  private static Optional<Again> again(Job job, Instant now) {
    RecentLeases.Known known = job.known();
    try {
      return Optional.of(
          new Again(known, now, job.ask().of(known.lease(), now, known.standing(), known.stamp())));
    } catch (Failure refused) {
      return Optional.empty();
    }
  }
}
