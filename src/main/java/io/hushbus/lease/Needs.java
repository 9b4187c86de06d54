package io.hushbus.lease;

import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;

/** What an environment asks for: a port of those who lease it as a whole. */
@FunctionalInterface
public interface Needs {

  /**
   * Every secret that the environment of that name, as {@code scope} sees it, needs; one entry for
   * each need.
   *
   * @return {@link io.hushbus.model.Failure.Missing} if there is none
   */
  Future<List<LeaseAsk.Wanted>> of(TenantId tenant, Scope scope, ObjectName environment);
}
