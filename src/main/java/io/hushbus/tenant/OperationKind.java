package io.hushbus.tenant;

import java.util.Locale;
import java.util.stream.Stream;

/** What long work there is: a closed list, with one {@link OperationStep} each. */
public enum OperationKind {
  /** Moves everything of a tenant under the newest generation of its key. */
  TENANT_KEY_ROTATION,
  /** Wraps the keys of all tenants and of the installation by another root key. */
  ROOT_KEY_ROTATION,
  /** Destroys the keys of a tenant and removes what it leaves behind. */
  TENANT_DELETION;

  /** The word used in answers and rows: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static OperationKind of(String word) {
    return Stream.of(values()).filter(kind -> kind.word().equals(word)).findFirst().orElseThrow();
  }
}
