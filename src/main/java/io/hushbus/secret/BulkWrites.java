package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Field;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Many secrets written in one transaction, each a new version of one that is there or a new one:
 * all of them or none. A refusal names everything that is wrong with any of them. Each is recorded
 * and announced as if it had been written alone.
 */
public final class BulkWrites {

  /**
   * One secret to be written.
   *
   * @param at its place in the request, as a JSON pointer
   * @param create the right to make it
   * @param change the right to change it
   * @param type empty: it must be there
   */
  public record Item(
      String at,
      Grant create,
      Grant change,
      Scope scope,
      SecretName name,
      Optional<SecretType> type,
      Content content,
      OptionalLong ifMatch,
      boolean createOnly) {}

  /**
   * How a secret stands before the write.
   *
   * @param adopted whether the name is that of an adoption there
   */
  private record Standing(
      Item item, Optional<SecretTx.Current> current, int mark, boolean adopted) {}

  /** A secret as it will be, and as it was if it was. */
  private record Planned(Item item, Optional<OpenSecret> before, Draft draft) {

    Grant grant() {
      return before.isPresent() ? item.change() : item.create();
    }
  }

  private static final Comparator<Planned> ORDER =
      Comparator.comparing((Planned plan) -> Places.project(plan.item().scope()))
          .thenComparing(plan -> Places.domain(plan.item().scope()))
          .thenComparing(plan -> plan.item().name().folded());

  private final OpenTenants tenants;
  private final NewVersions written;
  private final SecretChanges changes;
  private final int maxBytes;

  BulkWrites(OpenTenants tenants, NewVersions written, SecretChanges changes, int maxBytes) {
    this.tenants = tenants;
    this.written = written;
    this.changes = changes;
    this.maxBytes = maxBytes;
  }

  /**
   * Writes the items, if nothing is wrong with any of them and {@code faults} is empty.
   *
   * @param faults what is wrong with other items of the same request, for the one report
   * @return the heads in the order of the items; {@link Failure.Unprocessable} with every fault
   */
  public Future<List<Secret>> write(List<Item> items, List<Field> faults) {
    if (items.isEmpty()) {
      return Future.failedFuture(Failure.unprocessable(faults));
    }
    items.forEach(
        item -> {
          item.create().allowing(Action.SECRET_CREATE, item.scope());
          item.change().allowing(Action.SECRET_CHANGE, item.scope());
        });
    return tenants.retried(
        () ->
            tenants
                .of(items.getFirst().create())
                .compose(tenant -> writeUnlessMade(tenant, items, faults)));
  }

  /** What it made itself must not count as a fault of a request that is sent again. */
  private Future<List<Secret>> writeUnlessMade(
      OpenTenant tenant, List<Item> items, List<Field> faults) {
    return tenant
        .madeBefore(items.stream().map(Item::scope).toList())
        .compose(
            before ->
                before
                    .map(Future::succeededFuture)
                    .orElseGet(() -> writeOnce(tenant, items, faults)));
  }

  private Future<List<Secret>> writeOnce(OpenTenant tenant, List<Item> items, List<Field> faults) {
    return tenant
        .read(tx -> together(items.stream().map(item -> standing(tx, item)).toList()))
        .map(standings -> sound(standings, faults))
        .compose(standings -> together(standings.stream().map(one -> plan(tenant, one)).toList()))
        .compose(
            plans ->
                tenant.changeAll(
                    plans.stream().map(Planned::grant).toList(),
                    items.stream().map(Item::scope).toList(),
                    tx -> writeIn(tx, plans)))
        .recover(cause -> Future.failedFuture(raced(cause)));
  }

  private static <T> Future<List<T>> together(List<Future<T>> all) {
    return Future.all(all).map(done -> done.<T>list());
  }

  private static Future<Standing> standing(SecretTx tx, Item item) {
    var current = tx.currentIfAny(item.scope(), item.name());
    var mark = tx.mark(item.scope(), item.name());
    var adopted = tx.sharing().taken(item.scope(), item.name());
    return Future.all(current, mark, adopted)
        .map(all -> new Standing(item, current.result(), mark.result(), adopted.result()));
  }

  /** The standings, if nothing is wrong. */
  private List<Standing> sound(List<Standing> standings, List<Field> earlier) {
    List<Field> faults = new ArrayList<>(earlier);
    Set<Map.Entry<Scope, String>> seen = new HashSet<>();
    for (Standing standing : standings) {
      Item item = standing.item();
      if (!seen.add(Map.entry(item.scope(), item.name().folded()))) {
        faults.add(new Field(item.at() + "/name", Code.DUPLICATE_KEY));
      }
      faults(standing, faults);
    }
    if (!faults.isEmpty()) {
      throw Failure.unprocessable(faults);
    }
    return standings;
  }

  private void faults(Standing standing, List<Field> faults) {
    Item item = standing.item();
    if (standing.current().isPresent()) {
      existing(item, standing.current().get().head(), faults);
    } else if (standing.adopted()) {
      faults.add(new Field(item.at() + "/name", Code.ALREADY_THERE));
    } else if (item.type().isEmpty() || item.ifMatch().isPresent()) {
      faults.add(new Field(item.at() + "/name", Code.NOT_FOUND));
    }
    Optional<SecretType> type = standing.current().map(found -> found.head().type()).or(item::type);
    type.ifPresent(known -> content(item, known, faults));
  }

  private static void existing(Item item, Secret head, List<Field> faults) {
    if (item.createOnly()) {
      faults.add(new Field(item.at() + "/name", Code.ALREADY_THERE));
    }
    if (item.type().filter(type -> type != head.type()).isPresent()) {
      faults.add(new Field(item.at() + "/type", Code.TYPE_MISMATCH));
    }
    if (item.ifMatch().isPresent() && item.ifMatch().getAsLong() != head.currentVersion()) {
      faults.add(new Field(item.at() + "/if_match", Code.PRECONDITION_FAILED));
    }
    if (head.casRequired() && item.ifMatch().isEmpty()) {
      faults.add(new Field(item.at() + "/if_match", Code.PRECONDITION_REQUIRED));
    }
  }

  private void content(Item item, SecretType type, List<Field> faults) {
    try {
      item.content().check(type, maxBytes);
    } catch (Failure.Invalid refused) {
      refused
          .fields()
          .forEach(field -> faults.add(new Field(item.at() + field.pointer(), field.code())));
    }
  }

  private Future<Planned> plan(OpenTenant tenant, Standing standing) {
    Item item = standing.item();
    var before = standing.current().map(current -> new OpenSecret(tenant, current));
    return (before.isPresent()
            ? Future.succeededFuture(advanced(before.get(), item, changes.turnId()))
            : tenant
                .read(SecretTx::now)
                .map(
                    now ->
                        changes.first(
                            tenant,
                            item.scope(),
                            wanted(item),
                            item.content().payload(),
                            standing.mark() + 1,
                            now)))
        .compose(head -> tenant.seal(head, item.content().payload()))
        .map(draft -> new Planned(item, before, draft));
  }

  private static Secret advanced(OpenSecret before, Item item, UUID turn) {
    return before
        .head()
        .advanced(List.copyOf(item.content().payload().entries().keySet()), turn, before.now());
  }

  private static NewSecret wanted(Item item) {
    return new NewSecret(
        item.name(), item.type().orElseThrow(), "", Map.of(), OptionalInt.empty(), false);
  }

  /** In one order for all, so that two requests wait for each other and not in a circle. */
  private Future<List<Change<Secret>>> writeIn(SecretTx tx, List<Planned> plans) {
    IdentityHashMap<Item, Change<Secret>> done = new IdentityHashMap<>();
    Future<Void> all = Future.succeededFuture();
    for (Planned plan : plans.stream().sorted(ORDER).toList()) {
      all =
          all.compose(before -> writeIn(tx, plan))
              .map(
                  change -> {
                    done.put(plan.item(), change);
                    return null;
                  });
    }
    return all.map(written -> plans.stream().map(plan -> change(done, plan)).toList());
  }

  private static Change<Secret> change(IdentityHashMap<Item, Change<Secret>> done, Planned plan) {
    Change<Secret> change = done.get(plan.item());
    if (change == null) {
      throw new IllegalStateException("every plan was carried out before");
    }
    return change;
  }

  /** Somebody who was faster sends the whole request back to its reading. */
  private Future<Change<Secret>> writeIn(SecretTx tx, Planned plan) {
    if (plan.before().isPresent()) {
      OpenSecret before = plan.before().get();
      return written
          .next(tx, before, plan.draft(), Preconditions.NONE)
          .compose(turned -> NewVersions.told(turned, false));
    }
    return written
        .first(tx, plan.draft())
        .map(
            head ->
                Change.of(head, Announcements.trace(head)).telling(Announcements.created(head)));
  }

  /** A name that was free when it was looked up has gone to somebody who was faster. */
  private static Throwable raced(Throwable cause) {
    boolean taken =
        cause instanceof Failure failure
            && failure.asConflict(Failure.Reason.NAME_TAKEN).isPresent();
    return taken ? Failure.conflict(Failure.Reason.CONCURRENT_CHANGE) : cause;
  }
}
