package io.hushbus.event;

/** Every kind of notice, by the CloudEvents type it is sent under. */
public enum EventType {
  SECRET_CREATED("secret.created"),
  SECRET_VERSION_ANNOUNCED("secret.version.announced"),
  SECRET_VERSION_STAGED("secret.version.staged"),
  SECRET_VERSION_RETIRED("secret.version.retired"),
  SECRET_DELETED("secret.deleted"),
  SECRET_RESTORED("secret.restored"),
  SECRET_SHARED("secret.shared"),
  SECRET_UNSHARED("secret.unshared"),
  ROTATION_STARTED("rotation.started"),
  ROTATION_PROGRESS("rotation.progress"),
  ROTATION_COMPLETED("rotation.completed"),
  ROTATION_FAILED("rotation.failed"),
  ROTATION_DUE("rotation.due"),
  ROTATION_OVERDUE("rotation.overdue"),
  LEASE_REVOKED("lease.revoked"),
  RUN_LOST("run.lost"),
  WEBHOOK_DISABLED("webhook.disabled");

  private final String word;

  EventType(String word) {
    this.word = word;
  }

  /** The CloudEvents type: reverse DNS name, version at the end; stable for ever. */
  public String word() {
    return "io.hushbus." + word + ".v1";
  }
}
