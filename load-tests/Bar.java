import java.util.Arrays;
import java.util.Locale;

/** What a path is held against. The numbers are those of the table in README.md. */
enum Bar {
  GRANT_ROWS(
      1, "lease grant, 64 connections", "pgbench's one-row inserts, best of 8/32/64", 1.2, 2.5),
  GRANT_ROUTER(2, "lease grant, 64 connections", "bare router", 0.25, 0.38),
  COMMITS(3, "commits per lease, 64 connections", "-", 1 / 16.0, 1 / 40.0),
  ENVIRONMENT(4, "environment of 8 secrets, leases", "lease grant", 2, 4),
  RENEW(5, "renew", "lease grant", 1, 1.5),
  HOT(6, "renewals that are HOT updates", "-", 0.9, 0.99),
  READ(7, "metadata read, fresh from PostgreSQL", "bare router", 0.35, 0.58),
  WRITE(8, "create / replace, 64 tenants (the slower)", "pgbench's one-row inserts", 0.3, 0.6),
  FAN_OUT(
      9,
      "commit to the last of 1,000 / 5,000 streams, p50 (the worse)",
      "bare loop of writes",
      1.6,
      1.1),
  COALESCED(
      10,
      "1,000 events/s to 1,000 streams, CPU per delivery",
      "the broker at one write per event",
      1 / 4.0,
      1 / 8.0),
  STREAM_HEAP(11, "KiB of heap per idle stream", "-", 14, 10),
  FENCE(
      12,
      "read / batch grant under row-level security (the slower)",
      "the same without",
      0.85,
      0.97),
  TOKEN(
      13,
      "whole request, token verified before",
      "the front door without a token check",
      0.85,
      0.95),
  POOL(14, "crypto through the pool, 1 KiB", "the same inline", 0.9, 1),
  ENVELOPE(15, "envelope opened by the product, 1 KiB", "two bare JDK ciphers", 0.6, 0.9),
  READY_FULL(16, "ready with many live leases", "ready with none", 1.1, 1),
  REVOKE(17, "revoke all leases of a secret: many", "100", 2, 1.1),
  OVERLOAD(18, "grants at twice the saturating load", "best rate", 0.8, 0.95),
  IDLE_RSS(19, "idle RSS with external PostgreSQL", "empty Vert.x server", 2, 1.4),
  START(20, "warm start of server to ready", "hello world in Vert.x, same JVM", 3, 1.6),
  LATENCY(21, "grant p50 at 1,000/s, open loop", "mean fdatasync of that disk", 8, 5);

  final int number;
  final String path;
  final String against;
  final double pass;
  final double moonshot;

  Bar(int number, String path, String against, double pass, double moonshot) {
    this.number = number;
    this.path = path;
    this.against = against;
    this.pass = pass;
    this.moonshot = moonshot;
  }

  static Bar of(int number) {
    return Arrays.stream(values()).filter(bar -> bar.number == number).findFirst().orElseThrow();
  }

  boolean passes(double figure) {
    return reaches(figure, pass);
  }

  boolean shoots(double figure) {
    return reaches(figure, moonshot);
  }

  /** Less is better where the moonshot is the smaller number. */
  private boolean reaches(double figure, double line) {
    return moonshot < pass ? figure <= line : figure >= line;
  }

  String shown(double figure) {
    return this == COMMITS || this == COALESCED
        ? String.format(Locale.ROOT, "1/%.0f", 1 / figure)
        : String.format(Locale.ROOT, figure >= 10 ? "%.0f" : "%.2f", figure);
  }
}
