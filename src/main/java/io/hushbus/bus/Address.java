package io.hushbus.bus;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The addresses that a bridge serves, and the operation of the contract behind each. */
enum Address {
  LEASE_GRANT("hushbus.lease.grant", "grantLeases"),
  LEASE_RENEW("hushbus.lease.renew", "renewLease"),
  LEASE_ADVANCE("hushbus.lease.advance", "advanceLease"),
  LEASE_ACK("hushbus.lease.ack", "acknowledgeLease"),
  LEASE_REVOKE("hushbus.lease.revoke", "revokeLease"),
  RUN_OPEN("hushbus.run.open", "openRun"),
  RUN_HEARTBEAT("hushbus.run.heartbeat", "beatRun"),
  RUN_COMPLETE("hushbus.run.complete", "completeRun"),
  SECRET_CREATE("hushbus.secret.create", "createSecret"),
  SECRET_GET("hushbus.secret.get", "getSecret"),
  SECRET_LIST("hushbus.secret.list", "listSecrets"),
  SECRET_REPLACE("hushbus.secret.replace", "replaceSecret"),
  SECRET_PATCH("hushbus.secret.patch", "patchSecret"),
  SECRET_DELETE("hushbus.secret.delete", "deleteSecret"),
  EVENTS("hushbus.events", "readEvents");

  private static final Map<String, Address> BY_TEXT =
      Arrays.stream(values()).collect(Collectors.toMap(Address::text, Function.identity()));

  private final String text;
  private final String operation;

  Address(String text, String operation) {
    this.text = text;
    this.operation = operation;
  }

  static Optional<Address> of(String text) {
    return Optional.ofNullable(BY_TEXT.get(text));
  }

  String text() {
    return text;
  }

  String operation() {
    return operation;
  }
}
