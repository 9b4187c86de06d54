package io.hushbus.db;

import io.hushbus.model.TenantId;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The statements that open a transaction and say for whom it runs. One simple query each: if {@code
 * BEGIN} fails nothing behind it runs, and it costs one message. {@code SET LOCAL} ends with the
 * transaction, and hides whatever an earlier one may have left behind, the role included. Ids are
 * typed, and the role's name is checked, so nothing can be injected.
 */
final class Preambles {

  private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED";

  /** Said outright, so that a standby refuses here. */
  private static final String WRITING = BEGIN + " READ WRITE";

  private static final String READING = BEGIN + " READ ONLY";

  private static final Pattern ROLE = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  /**
   * For what is found by keys alone: planned once, never by reading a whole table. Left to itself
   * PostgreSQL plans a statement with an array anew each time, which takes longer than it does.
   */
  private static final String BY_KEYS =
      "; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off";

  private final String system;
  private final String systemReading;

  Preambles(String systemRole) {
    if (!ROLE.matcher(systemRole).matches()) {
      throw new IllegalArgumentException("a role is named by lower-case letters, digits and _");
    }
    String role = "; SET LOCAL ROLE " + systemRole;
    this.system = WRITING + role;
    this.systemReading = READING + role;
  }

  static String reading(List<TenantId> tenants) {
    return READING + "; " + tenants(tenants);
  }

  static String writing(List<TenantId> tenants) {
    return WRITING + "; " + tenants(tenants);
  }

  String system(SystemTx.Job job) {
    return job == SystemTx.Job.AUTHENTICATION ? system + BY_KEYS : system;
  }

  String systemReading() {
    return systemReading;
  }

  private static String tenants(List<TenantId> tenants) {
    return tenants.stream()
        .map(tenant -> tenant.value().toString())
        .collect(
            Collectors.joining(",", "SET LOCAL ROLE NONE; SET LOCAL hushbus.tenants = '{", "}'"));
  }
}
