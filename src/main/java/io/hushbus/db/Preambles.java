package io.hushbus.db;

import io.hushbus.model.TenantId;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The statements that open a transaction and say for whom it runs. One simple query each: if {@code
 * BEGIN} fails nothing behind it runs, and it costs one message. {@code SET LOCAL} ends with the
 * transaction. Ids are typed, and the role's name is checked, so nothing can be injected.
 */
final class Preambles {

  private static final Pattern ROLE = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  private final String system;

  Preambles(String systemRole) {
    if (!ROLE.matcher(systemRole).matches()) {
      throw new IllegalArgumentException("a role is named by lower-case letters, digits and _");
    }
    this.system = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL ROLE " + systemRole;
  }

  static String reading(TenantId tenant) {
    return "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; " + tenants(List.of(tenant));
  }

  static String writing(List<TenantId> tenants) {
    return "BEGIN ISOLATION LEVEL READ COMMITTED; " + tenants(tenants);
  }

  String system() {
    return system;
  }

  private static String tenants(List<TenantId> tenants) {
    return tenants.stream()
        .map(tenant -> tenant.value().toString())
        .collect(Collectors.joining(",", "SET LOCAL hushbus.tenants = '{", "}'"));
  }
}
