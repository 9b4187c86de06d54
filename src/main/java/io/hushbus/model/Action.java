package io.hushbus.model;

import java.util.Locale;

/**
 * Everything that can be asked for: a closed list, so that no outside text ever names an operation.
 */
public enum Action {
  SECRET_LIST,
  SECRET_READ_METADATA,
  SECRET_CREATE,
  SECRET_CHANGE,
  SECRET_DELETE,
  SECRET_DESTROY,
  SECRET_FORCE_DELETE,
  SECRET_RESTORE,
  SECRET_PURGE,
  SECRET_CLONE,
  SECRET_REVEAL,
  SECRET_REVEAL_STRICT,
  SECRET_SHARE,
  SECRET_ADOPT,
  ROTATION_START,
  ROTATION_READ,
  ROTATION_FORCE,
  /** What the broker does by itself to bring a rotation to its end; no role allows it. */
  ROTATION_STEP,
  ENVIRONMENT_READ,
  ENVIRONMENT_CHANGE,
  RESOLVE,
  LEASE_GRANT,
  LEASE_RENEW,
  LEASE_READ,
  LEASE_REVOKE,
  RUN_OPEN,
  RUN_BEAT,
  RUN_END,
  RUN_READ,
  EVENT_READ,
  SUBSCRIPTION_USE,
  WEBHOOK_READ,
  WEBHOOK_ADMIN,
  AUDIT_READ,
  PROJECT_READ,
  PROJECT_ADMIN,
  PROJECT_QUOTA,
  COMMUNITY_READ,
  COMMUNITY_ADMIN,
  DOMAIN_READ,
  DOMAIN_ADMIN,
  ACCOUNT_READ,
  ACCOUNT_ADMIN,
  ROLE_READ,
  ROLE_ADMIN,
  OPERATION_READ,
  QUOTA_READ,
  IDENTITY_READ,
  IDENTITY_ADMIN,
  TENANT_OPERATE;

  /** The word used in audit records: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
