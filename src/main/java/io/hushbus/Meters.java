package io.hushbus;

import io.hushbus.access.AccessMeters;
import io.hushbus.audit.Sealer;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.delivery.StreamMeters;
import io.hushbus.lease.LeaseMeters;
import io.hushbus.secret.SecretMeters;
import io.hushbus.telemetry.Telemetry;

/** What the parts tell about themselves, passed on to the metrics. */
record Meters(Telemetry telemetry)
    implements CryptoPool.Metrics,
        Sealer.Metrics,
        StreamMeters,
        LeaseMeters,
        AccessMeters,
        SecretMeters {

  @Override
  public void rowForged(String table) {
    telemetry.rowForged(table);
  }

  @Override
  public void posted(String outcome) {
    telemetry.webhookPosted(outcome);
  }

  @Override
  public void webhookDisabled() {
    telemetry.webhookDisabled();
  }

  @Override
  public void keySetFailed() {
    telemetry.keySetFailed();
  }

  @Override
  public void loginLocked() {
    telemetry.loginLocked();
  }

  @Override
  public void granted(int leases) {
    telemetry.leasesGranted(leases);
  }

  @Override
  public void committed(int asks) {
    telemetry.leaseBatch(asks);
  }

  @Override
  public void revoked(int leases) {
    telemetry.leasesRevoked(leases);
  }

  @Override
  public void ranInline(int bytes) {
    telemetry.cryptoInline();
  }

  @Override
  public void ranPooled(int operations, long waitedNanos) {
    telemetry.cryptoPooled(operations, waitedNanos);
  }

  @Override
  public void refused() {
    telemetry.cryptoRefused();
  }

  @Override
  public void sealed(int records) {
    telemetry.auditSealed(records);
  }

  @Override
  public void broken(int chains) {
    telemetry.auditChainsBroken(chains);
  }

  @Override
  public void setBack(int tenants) {
    telemetry.tenantsSetBack(tenants);
  }

  @Override
  public void fileFailed() {
    telemetry.checkpointFileFailed();
  }

  @Override
  public void streams(int open) {
    telemetry.eventReaders(open);
  }

  @Override
  public void delivered(int notices) {
    telemetry.noticesDelivered(notices);
  }

  @Override
  public void slowReader() {
    telemetry.slowReader();
  }

  @Override
  public void hole() {
    telemetry.eventHole();
  }

  @Override
  public void hintsSilent(String channel, boolean silent) {
    telemetry.hintsSilent(channel, silent);
  }

  @Override
  public void followerFailed() {
    telemetry.followerFailed();
  }
}
