package io.hushbus.lease;

import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.secret.Sight;
import io.hushbus.secret.Sights;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * Explains what a task would get, before it is started: no value is opened, no lease is made, and
 * all names are looked up as of one moment.
 */
public final class Resolutions {

  private final Sights sights;

  public Resolutions(Sights sights) {
    this.sights = sights;
  }

  /**
   * What would become of the needs of a task at {@code scope}.
   *
   * @param view what the caller may know of what was found
   */
  public Future<Resolution> of(
      Grant grant, Scope scope, List<Need> needs, Function<Sight.Found, Resolution.View> view) {
    grant.allowing(Action.RESOLVE, scope);
    return sights
        .of(grant, scope, needs.stream().map(Need::secret).toList())
        .map(seen -> Resolution.of(needs, seen, view));
  }
}
