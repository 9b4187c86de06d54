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

  public Telemetry() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
    gauge("hushbus.http.connections", connections::get);
    gauge("hushbus.event.streams", streams::get);
  }

  /**
   * A request has been answered or its sender has gone.
   *
   * @param operation an operation id of the contract, or {@code none}
   */
  public void requestFinished(String operation, int status, long nanos) {
    Timer.builder("hushbus.http.requests")
        .tag("operation", operation)
        .tag("status", Integer.toString(status))
        .register(registry)
        .record(Duration.ofNanos(nanos));
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

  public void authenticationFailed() {
    registry.counter("hushbus.auth.failures").increment();
  }

  public void streamOpened() {
    streams.incrementAndGet();
  }

  public void streamClosed() {
    streams.decrementAndGet();
  }

  public void leasesGranted(int count) {
    registry.counter("hushbus.leases.granted").increment(count);
  }

  public void leasesRevoked(int count) {
    registry.counter("hushbus.leases.revoked").increment(count);
  }

  public void noticesDelivered(int count) {
    registry.counter("hushbus.event.notices.delivered").increment(count);
  }

  /** How many grants one commit carried. */
  public void leaseBatch(int size) {
    registry.summary("hushbus.lease.batch.size").record(size);
  }

  /** One sealing or opening of a payload. */
  public void cryptoDone(boolean inline, long nanos) {
    Timer.builder("hushbus.crypto.operations")
        .tag("where", inline ? "inline" : "pool")
        .register(registry)
        .record(Duration.ofNanos(nanos));
  }

  /** A statement or transaction on the database. */
  public void databaseDone(boolean good, long nanos) {
    Timer.builder("hushbus.db.transactions")
        .tag("result", good ? "ok" : "failed")
        .register(registry)
        .record(Duration.ofNanos(nanos));
  }

  /** How many committed audit records are not in the chain yet. */
  public void auditUnsealed(Supplier<Number> rows) {
    gauge("hushbus.audit.unsealed.rows", rows);
  }

  /** How many notices the follower has not read yet. */
  public void eventLag(Supplier<Number> rows) {
    gauge("hushbus.event.log.lag", rows);
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
