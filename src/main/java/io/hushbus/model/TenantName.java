package io.hushbus.model;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a tenant: a lower-case DNS label (RFC 1123) of 1 to 63 characters that is not one of
 * the reserved words.
 */
public record TenantName(String text) {

  private static final Pattern RULE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Set<String> RESERVED =
      Set.of(
          "root",
          "system",
          "sys",
          "auth",
          "admin",
          "default",
          "v1",
          "api",
          "ui",
          "identity",
          "cubbyhole");

  public TenantName {
    Names.check(RULE.matcher(text).matches(), Failure.Code.BAD_TENANT_NAME);
    if (RESERVED.contains(text)) {
      throw Failure.invalid("", Failure.Code.RESERVED_NAME);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
