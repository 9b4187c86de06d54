package io.hushbus.audit;

import io.hushbus.audit.AuditPage.Position;
import io.hushbus.audit.TrailStore.Seen;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.db.Db;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * What was done in a tenant: pages for people, the whole chain for export and verification.
 *
 * <p>Takes grants of the action {@code AUDIT_READ}. One for a project shows the records of that
 * project alone, and no export: a chain cannot be checked in parts.
 */
public final class AuditTrail {

  /** How many records a search looks at for one page. */
  private static final long WINDOW = 20_000;

  /** Before year 10000, after everything: a time that every form can carry. */
  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final UUID LAST_ID = new UUID(-1L, -1L);
  private static final UUID FIRST_ID = new UUID(0L, 0L);

  private final Db db;
  private final AuditKeys keys;
  private final CryptoPool pool;
  private final ChainReader chains;
  private final TrailStore store = new TrailStore();

  public AuditTrail(Db db, AuditKeys keys, CryptoPool pool) {
    this.db = db;
    this.keys = keys;
    this.pool = pool;
    this.chains = new ChainReader(db, keys);
  }

  /**
   * Records, newest first, sealed or not.
   *
   * @param after the {@code next} of the page before
   * @param limit the most records on the page
   */
  public Future<AuditPage> page(
      Grant grant, AuditFilter filter, Optional<Position> after, int limit) {
    Optional<UUID> project = grant.resource().project();
    boolean all = filter.equals(onlyTimes(filter)) && project.isEmpty();
    long window = all ? limit + 1L : Math.max(WINDOW, limit + 1L);
    Position before = after.orElseGet(() -> start(filter));
    return db.read(
            grant.tenant(), tx -> store.newest(tx, filter, project, before, window, limit + 1L))
        .map(seen -> page(seen, limit, window));
  }

  /** Checkpoints in the order of the chain, after a sequence. */
  public Future<List<Checkpoint>> checkpoints(Grant grant, long after, int limit) {
    return db.read(
        grant.tenant(), tx -> store.checkpoints(tx, keys.cluster(), after, Long.MAX_VALUE, limit));
  }

  /** The line of a checkpoint as exports and checkpoint files have it, with its line feed. */
  public static Buffer line(Checkpoint checkpoint) {
    return Buffer.buffer(ExportWriter.checkpoint(checkpoint));
  }

  /**
   * The same grant, if it is for the whole tenant: to be asked before an export has begun to be
   * answered, when it can still be refused.
   *
   * @return failed with {@link Failure.Denied} for any other
   */
  public static Future<Grant> whole(Grant grant) {
    return grant.resource().project().isEmpty()
        ? Future.succeededFuture(grant)
        : Future.failedFuture(Failure.denied());
  }

  /**
   * Writes the sealed chain as JSON lines: a header with the public keys, records with their
   * checkpoints, an end line. Records that are not yet sealed are not part of it.
   *
   * @param sink takes some lines; the next ones are read when its future is done
   * @return failed with {@link Failure.Denied} for a grant that is not for the whole tenant
   */
  public Future<Void> export(Grant grant, Function<Buffer, Future<Void>> sink) {
    TenantId tenant = grant.tenant();
    return whole(grant)
        .compose(allowed -> sink.apply(lines(List.of(keys.header(tenant)))))
        .compose(begun -> db.read(tenant, store::chain))
        .map(chain -> chain.map(StoredChain::lastSequence).orElse(0L))
        .compose(upTo -> chains.read(tenant, upTo, items -> sink.apply(lines(items))));
  }

  /**
   * Verifies the stored chain: every record, every checkpoint, and the chain's end with its MAC.
   * Against the loss of the newest records together with all that speaks of them, only a checkpoint
   * file helps: {@link OfflineVerification}.
   */
  public Future<Verdict> verify(Grant grant) {
    return whole(grant)
        .compose(allowed -> db.read(grant.tenant(), store::chain))
        .compose(
            chain ->
                chain
                    .map(this::verify)
                    .orElse(
                        Future.succeededFuture(
                            new Verdict.Broken(Finding.of(Finding.Kind.WRONG_END, 0)))));
  }

  private Future<Verdict> verify(StoredChain chain) {
    TenantId tenant = chain.tenant();
    AuditVerifier verifier = new AuditVerifier(keys.header(tenant), keys.trusted(), Anchors.none());
    return chains
        .read(
            tenant,
            chain.head().sequence(),
            items ->
                pool.heavy(
                    () -> {
                      items.forEach(verifier::accept);
                      return null;
                    }))
        .map(done -> judge(chain, verifier));
  }

  private Verdict judge(StoredChain chain, AuditVerifier verifier) {
    return switch (verifier.finish()) {
      case Verdict.Broken broken -> broken;
      case Verdict.Sound sound ->
          StoredEnd.flaw(chain, verifier.last(), keys)
              .<Verdict>map(Verdict.Broken::new)
              .orElse(sound);
    };
  }

  private static AuditPage page(List<Seen> seen, int limit, long window) {
    List<Seen> shown = seen.stream().filter(Seen::matches).limit(limit).toList();
    boolean more = seen.size() > limit;
    boolean cut = !seen.isEmpty() && seen.getLast().place() == window;
    Optional<Position> next =
        more && shown.size() == limit
            ? Optional.of(shown.getLast().position())
            : cut ? Optional.of(seen.getLast().position()) : Optional.empty();
    return new AuditPage(shown.stream().map(Seen::item).toList(), next);
  }

  private static Position start(AuditFilter filter) {
    return filter
        .to()
        .map(to -> new Position(to, FIRST_ID))
        .orElse(new Position(END_OF_TIME, LAST_ID));
  }

  private static AuditFilter onlyTimes(AuditFilter filter) {
    AuditFilter none = AuditFilter.NONE;
    return new AuditFilter(
        filter.from(),
        filter.to(),
        none.actor(),
        none.action(),
        none.outcome(),
        none.resourceKind(),
        none.resourceId(),
        none.resourceName());
  }

  private static Buffer lines(List<? extends ExportItem> items) {
    Buffer lines = Buffer.buffer(items.size() * 512);
    items.forEach(item -> lines.appendBytes(ExportWriter.line(item)));
    return lines;
  }
}
