package io.hushbus.access;

import io.hushbus.model.Action;
import io.hushbus.model.Principal;
import java.util.Locale;
import java.util.UUID;

/**
 * What the broker does on its own, each with the one action it may: a closed list. Each is a
 * principal, so that the audit trail says which of them it was.
 */
public enum Job {
  /** Sets the installation up: makes the first operator. */
  INSTALLATION(1, Action.TENANT_OPERATE, "tenant"),
  /** Ends leases whose time is over. */
  LEASE_SWEEP(2, Action.LEASE_REVOKE, "lease"),
  /** Fills a data directory for developers: the first project. */
  DEVELOPMENT(3, Action.PROJECT_ADMIN, "project"),
  /** Replaces and destroys keys when their time has come. */
  KEY_KEEPING(4, Action.TENANT_OPERATE, "tenant_key"),
  /** Destroys what has been in the trash for its time. */
  TRASH_PURGE(6, Action.SECRET_PURGE, "secret"),
  /** Deletes what a tenant leaves behind. */
  TENANT_DELETION(7, Action.TENANT_OPERATE, "tenant"),
  /** Ends leases with what they stood on: an adoption, or a whole tenant. */
  LEASE_END(10, Action.LEASE_REVOKE, "lease"),
  /** Ends runs that missed their heartbeat or their deadline. */
  RUN_SWEEP(11, Action.RUN_END, "run"),
  /** Notes who stands behind an external principal that is seen for the first time. */
  FIRST_SIGHT(9, Action.IDENTITY_ADMIN, "external_subject"),
  /** Posts notices, and switches endpoints off that do not take them. */
  WEBHOOK_DELIVERY(23, Action.WEBHOOK_ADMIN, "webhook"),
  /** Brings rotations to their end. */
  ROTATION(12, Action.ROTATION_STEP, "rotation"),
  /** Starts the rotations that policies want. */
  ROTATION_POLICY(13, Action.ROTATION_START, "rotation");

  private final int number;
  private final Action action;
  private final String kind;

  Job(int number, Action action, String kind) {
    this.number = number;
    this.action = action;
    this.kind = kind;
  }

  /** Who the audit trail says it was: {@code system:} and a number that stays for ever. */
  Principal principal() {
    return new Principal(Principal.Kind.SYSTEM, new UUID(0, number));
  }

  Action action() {
    return action;
  }

  String kind() {
    return kind;
  }

  /** The name for people. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
