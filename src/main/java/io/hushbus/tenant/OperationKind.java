package io.hushbus.tenant;

import java.util.Locale;
import java.util.stream.Stream;

/** What long work there is: a closed list, with one {@link OperationStep} each. */
public enum OperationKind {
  /** Moves everything of a tenant under the newest generation of its key. */
  TENANT_KEY_ROTATION,
  /** Wraps the keys of all tenants and of the installation by another root key. */
  ROOT_KEY_ROTATION,
  /** Waits until every node has dropped a destroyed generation of a key. */
  KEY_DESTRUCTION,
  /** Destroys the keys of a tenant and removes what it leaves behind. */
  TENANT_DELETION;

  /**
   * Whether it may be given up between two pieces: what is done by then must be a state to stay in,
   * and one that the next operation of the kind takes up.
   */
  public boolean cancellable() {
    return switch (this) {
      case TENANT_KEY_ROTATION, ROOT_KEY_ROTATION -> true;
      case KEY_DESTRUCTION, TENANT_DELETION -> false;
    };
  }

  /** The word used in answers and rows: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static OperationKind of(String word) {
    return Stream.of(values()).filter(kind -> kind.word().equals(word)).findFirst().orElseThrow();
  }
}
