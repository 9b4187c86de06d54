package io.hushbus.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The metrics of this process, in Prometheus form, each under the prefix {@code hushbus_}. Safe for
 * use by any thread.
 */
public final class Telemetry implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicInteger brokenChains = new AtomicInteger();
  private final AtomicInteger setBack = new AtomicInteger();
  private final Set<String> silentHints = ConcurrentHashMap.newKeySet();
  private final AtomicInteger busSessions = new AtomicInteger();
  private final ConcurrentHashMap<Answered, Timer> requests = new ConcurrentHashMap<>();

  /** A kind of request that is timed by itself; there are few. */
  private record Answered(String operation, int status) {}

  public Telemetry() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
    gauge("hushbus.http.connections", connections::get);
    gauge("hushbus.http.streams", streams::get);
    gauge("hushbus.event.readers", readers::get);
    gauge("hushbus.audit.chains.broken", brokenChains::get);
    gauge("hushbus.audit.set.back", setBack::get);
    gauge("hushbus.event.hints.silent", silentHints::size);
    gauge("hushbus.bus.sessions", busSessions::get);
  }

  /**
   * A request has been answered or its sender has gone.
   *
   * @param operation an operation id of the contract, or {@code none}
   */
  public void requestFinished(String operation, int status, long nanos) {
    requests
        .computeIfAbsent(new Answered(operation, status), this::requests)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer requests(Answered kind) {
    return Timer.builder("hushbus.http.requests")
        .tag("operation", kind.operation())
        .tag("status", Integer.toString(kind.status()))
        .register(registry);
  }

  /** A problem was answered; {@code code} is one of the closed list of problem codes. */
  public void problem(String code) {
    count("hushbus.http.problems", "code", code);
  }

  public void connections(int open) {
    connections.set(open);
  }

  public void connectionRefused() {
    registry.counter("hushbus.http.connections.refused").increment();
  }

  /** A connection that had not shown whose it is was closed for a newer one. */
  public void connectionDisplaced() {
    registry.counter("hushbus.http.connections.displaced").increment();
  }

  public void authenticationFailed() {
    registry.counter("hushbus.auth.failures").increment();
  }

  /** A row that says who may what was not written by the broker: anything but zero is an alarm. */
  public void rowForged(String table) {
    count("hushbus.access.rows.forged", "table", table);
  }

  /** A notice was posted to an endpoint, with this outcome. */
  public void webhookPosted(String outcome) {
    count("hushbus.webhook.deliveries", "result", outcome);
  }

  /** An endpoint was switched off, because it took nothing, or its owner may see nothing. */
  public void webhookDisabled() {
    registry.counter("hushbus.webhook.disabled").increment();
  }

  /** An identity provider did not give its key set; the one it gave before serves on. */
  public void keySetFailed() {
    registry.counter("hushbus.access.key.sets.failed").increment();
  }

  /** A login was refused without being tried, since too many had failed before. */
  public void loginLocked() {
    registry.counter("hushbus.access.logins.locked").increment();
  }

  public void streamOpened() {
    streams.incrementAndGet();
  }

  public void streamClosed() {
    streams.decrementAndGet();
  }

  /** Event streams and waiting long polls that are open. */
  public void eventReaders(int open) {
    readers.set(open);
  }

  public void noticesDelivered(int count) {
    registry.counter("hushbus.event.notices.delivered").increment(count);
  }

  /** A reader was closed because it did not read. */
  public void slowReader() {
    registry.counter("hushbus.event.readers.slow").increment();
  }

  /** The event log had a hole where none can be; it is read again. */
  public void eventHole() {
    registry.counter("hushbus.event.log.holes").increment();
  }

  /** Whether event logs move and no hints come by that channel. */
  public void hintsSilent(String channel, boolean silent) {
    if (silent) {
      silentHints.add(channel);
    } else {
      silentHints.remove(channel);
    }
  }

  /** By which channels no hints come although they should. */
  public Set<String> hintsSilent() {
    return Set.copyOf(silentHints);
  }

  public void followerFailed() {
    registry.counter("hushbus.event.follower.failures").increment();
  }

  /** Connections of the event-bus bridges. */
  public void busSessions(int open) {
    busSessions.set(open);
  }

  /** A bridge refused a frame or a peer; {@code reason} is one of a closed list. */
  public void busRefused(String reason) {
    count("hushbus.bus.refused", "reason", reason);
  }

  public void leasesGranted(int count) {
    registry.counter("hushbus.leases.granted").increment(count);
  }

  public void leasesRevoked(int count) {
    registry.counter("hushbus.lease.revocations").increment(count);
  }

  /** Rows that were over and have been deleted; {@code kind} is one of a closed list. */
  public void purged(String kind, int rows) {
    registry.counter("hushbus.purged", "kind", kind).increment(rows);
  }

  /** How many grants one commit carried. */
  public void leaseBatch(int size) {
    registry.summary("hushbus.lease.batch.size").record(size);
  }

  public void cryptoInline() {
    registry.counter("hushbus.crypto.operations", "where", "inline").increment();
  }

  public void cryptoPooled(int operations, long waitedNanos) {
    registry.counter("hushbus.crypto.operations", "where", "pool").increment(operations);
    registry.timer("hushbus.crypto.pool.wait").record(Duration.ofNanos(waitedNanos));
  }

  public void cryptoRefused() {
    registry.counter("hushbus.crypto.refused").increment();
  }

  public void auditSealed(int records) {
    registry.counter("hushbus.audit.sealed.records").increment(records);
  }

  /** How many audit chains were found broken in the latest round: anything but zero is an alarm. */
  public void auditChainsBroken(int chains) {
    brokenChains.set(chains);
  }

  /** How many tenants are shut for a restore nobody confirmed: anything but zero is an alarm. */
  public void tenantsSetBack(int tenants) {
    setBack.set(tenants);
  }

  /** The same, for those who ask whether the node is ready. */
  public int tenantsSetBack() {
    return setBack.get();
  }

  public void checkpointFileFailed() {
    registry.counter("hushbus.audit.checkpoint.file.failures").increment();
  }

  /** All metrics in the Prometheus text form. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }

  private void count(String name, String label, String word) {
    Counter.builder(name).tag(label, word).register(registry).increment();
  }

  private void gauge(String name, Supplier<Number> value) {
    Gauge.builder(name, value).strongReference(true).register(registry);
  }
}
