package io.hushbus.tenant;

import io.hushbus.db.SystemTx;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Waits, after a generation of a key was destroyed, until every node has dropped it and said so. A
 * node that is silent for longer than it may keep a key counts as one that has: it would have to
 * read its keys anew before it used one.
 */
public final class KeyDestruction implements OperationStep {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final Ledger ledger;
  private final Function<TenantId, Grant> right;
  private final Duration silence;

  /**
   * @param right of the job, in the tenant whose trail says what it did
   * @param silence over the time for which a node keeps a key, and that of a request
   */
  public KeyDestruction(Ledger ledger, Function<TenantId, Grant> right, Duration silence) {
    this.ledger = ledger;
    this.right = right;
    this.silence = silence;
  }

  /**
   * Where a destruction is.
   *
   * @param epoch that nodes have seen who dropped the key
   * @param told how many of them have been counted as done
   */
  record Place(long epoch, int generation, int told) {

    String text() {
      return epoch + " " + generation + " " + told;
    }

    static Place parse(String text) {
      String[] parts = text.split(" ", -1);
      return new Place(
          Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    Place told(int nodes) {
      return new Place(epoch, generation, Math.max(told, nodes));
    }
  }

  @Override
  public Future<Progress> step(SystemTx tx, Operation operation) {
    Place place = Place.parse(operation.place());
    return NodeStore.dropped(tx, place.epoch(), silence)
        .compose(
            nodes ->
                operation.total().isEmpty()
                    ? Future.succeededFuture(counted(place, nodes))
                    : waited(tx, operation, place, nodes));
  }

  private static Progress counted(Place place, NodeStore.Dropped nodes) {
    return new More(
        place.told(nodes.yes()).text(), nodes.yes(), OptionalLong.of(nodes.yes() + nodes.notYet()));
  }

  private Future<Progress> waited(
      SystemTx tx, Operation operation, Place place, NodeStore.Dropped nodes) {
    if (nodes.notYet() > 0) {
      Place next = place.told(nodes.yes());
      return Future.succeededFuture(new Rest(next.text(), next.told() - place.told(), LOOK_AGAIN));
    }
    return ledger
        .note(
            tx,
            right.apply(operation.tenant()),
            Trace.of(Resource.ofTenant("tenant_key").withId(operation.tenant().value()))
                .with(Map.of("evicted", place.generation(), "nodes", nodes.yes())))
        .map(new Done());
  }
}
