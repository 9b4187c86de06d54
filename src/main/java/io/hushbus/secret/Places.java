package io.hushbus.secret;

import io.hushbus.model.Scope;
import java.util.UUID;

/**
 * A scope as two ids, the nil UUID (RFC 9562) standing for "any": the form that rows are found by
 * and MACs are made over.
 */
final class Places {

  static final UUID ANY = new UUID(0, 0);

  private Places() {}

  static UUID project(Scope scope) {
    return scope.inProject().map(Scope.Place::id).orElse(ANY);
  }

  static UUID domain(Scope scope) {
    return scope.inDomain().map(Scope.Place::id).orElse(ANY);
  }
}
