package io.hushbus.delivery;

import io.hushbus.delivery.WebhookQueue.Claim;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One node's turn with one endpoint: posts what its owner may see, one event after the other, each
 * noted before the next, until there is no more, the endpoint refuses, or the turn is over.
 *
 * <p>An event that is refused several times holds the others up no longer than it takes to see that
 * the endpoint accepts the next one: then it is put aside. An endpoint that takes nothing keeps its
 * queue, in order, until the schedule is through.
 */
final class WebhookTurn {

  /** How often is looked whether there is another event to see by whether it is taken. */
  private static final Duration LOOK_FOR_OTHERS = Duration.ofSeconds(5);

  /** What a turn stands on. */
  record Tools(
      EventLog log,
      Notices notices,
      WebhookQueue queue,
      Poster poster,
      RetrySchedule schedule,
      WebhookSettings settings,
      StreamMeters meters,
      Chance chance,
      Disabling disabling) {}

  /** A number from 0 to 1. */
  interface Chance {
    double next();
  }

  /** Switches an endpoint off and tells so. */
  interface Disabling {
    Future<Void> disable(Claim claim, String reason);
  }

  private final Tools tools;
  private final Claim claim;
  private final LogPlace place;
  private final Instant until;
  private View view;
  private int attempts;

  WebhookTurn(Tools tools, Claim claim, View view) {
    this.tools = tools;
    this.claim = claim;
    this.view = view;
    this.place = new LogPlace(claim.at());
    this.until = tools.poster().now().plus(tools.settings().turn());
    this.attempts = claim.webhook().state().attempts();
  }

  /** Completes when the endpoint may go back to the others; true if there may be more at once. */
  Future<Boolean> run() {
    return again().compose(done -> done ? follow() : Future.succeededFuture(false));
  }

  /** First what somebody asked for again, one by one. */
  private Future<Boolean> again() {
    return tools
        .queue()
        .nextDue(claim)
        .compose(
            due ->
                due.isEmpty() || over()
                    ? Future.succeededFuture(true)
                    : redeliver(due.get()).compose(held -> held ? again() : stop()));
  }

  private Future<Boolean> redeliver(Delivery due) {
    return tools
        .log()
        .at(claim.tenant(), due.position())
        .compose(
            found -> view.judging(found.stream().toList()).map(now -> found.filter(now::shows)))
        .compose(
            found ->
                found
                    .map(notice -> post(notice).compose(post -> redelivered(due, post)))
                    .orElseGet(
                        () ->
                            tools
                                .queue()
                                .settled(claim, due, Delivery.State.LOST, Optional.empty())));
  }

  private Future<Boolean> redelivered(Delivery due, Post post) {
    return switch (post.result()) {
      case NOT_TRIED -> stop();
      case DELIVERED ->
          tools.queue().settled(claim, due, Delivery.State.DELIVERED, Optional.of(post.status()));
      case GONE, REFUSED ->
          tools.queue().settled(claim, due, Delivery.State.PARKED, Optional.of(post.status()));
    };
  }

  /** The log from its place on, a page at a time. */
  private Future<Boolean> follow() {
    if (over()) {
      return Future.succeededFuture(true);
    }
    return tools
        .log()
        .page(claim.tenant(), place.at())
        .compose(
            page ->
                page.continues(place)
                    ? judged(place.following(page.notices()), page.full())
                    : restart(page.head()));
  }

  private Future<Boolean> judged(List<Notice> next, boolean full) {
    return view.judging(next)
        .compose(
            now -> {
              view = now;
              return step(next, full);
            });
  }

  private Future<Boolean> step(List<Notice> next, boolean full) {
    EventPosition before = place.at();
    List<Notice> rest = shown(next);
    if (!rest.isEmpty() && !over()) {
      return attempts > 0 && !claim.due() ? early(rest, full) : tried(rest, full);
    }
    boolean more = full || !rest.isEmpty();
    boolean passed = !place.at().equals(before);
    if (!passed) {
      return Future.succeededFuture(more);
    }
    return tools
        .queue()
        .moved(claim, place.at(), Optional.empty())
        .compose(held -> held && full ? follow() : Future.succeededFuture(held && more));
  }

  /** What is left from the first on that the owner may see; the place passes the others. */
  private List<Notice> shown(List<Notice> next) {
    int from = 0;
    while (from < next.size() && !view.shows(next.get(from))) {
      place.pass(next.get(from));
      attempts = 0; // of another event
      from++;
    }
    return next.subList(from, next.size());
  }

  /** Before its time, but others wait behind it: once more, not counted, and then one of them. */
  private Future<Boolean> early(List<Notice> rest, boolean full) {
    Notice first = rest.getFirst();
    return other(rest).isEmpty()
        ? nothingToProbe()
        : post(first)
            .compose(
                post ->
                    switch (post.result()) {
                      case NOT_TRIED -> stop();
                      case DELIVERED -> delivered(first, post, rest, full);
                      case GONE -> disabled("gone");
                      case REFUSED -> probe(rest, full);
                    });
  }

  private Optional<Notice> other(List<Notice> rest) {
    return rest.stream().skip(1).filter(view::shows).findFirst();
  }

  private Future<Boolean> nothingToProbe() {
    return tools.queue().probeLater(claim, LOOK_FOR_OTHERS).compose(noted -> stop());
  }

  private Future<Boolean> tried(List<Notice> rest, boolean full) {
    Notice first = rest.getFirst();
    return post(first)
        .compose(
            post ->
                switch (post.result()) {
                  case NOT_TRIED -> stop();
                  case DELIVERED -> delivered(first, post, rest, full);
                  case GONE -> disabled("gone");
                  case REFUSED -> refused(Optional.of(first), post, rest, full);
                });
  }

  private Future<Boolean> delivered(Notice first, Post post, List<Notice> rest, boolean full) {
    Future<Boolean> noted =
        attempts > 0
            ? tools.queue().delivered(claim, first, post.status())
            : tools.queue().moved(claim, first.position(), Optional.of(post.status()));
    return noted.compose(
        held -> {
          attempts = 0;
          place.pass(first);
          return held ? step(rest.subList(1, rest.size()), full) : stop();
        });
  }

  private Future<Boolean> refused(
      Optional<Notice> notice, Post post, List<Notice> rest, boolean full) {
    attempts++;
    Optional<Duration> asked = RetrySchedule.asked(post.retryAfter(), tools.poster().now());
    Optional<Duration> pause = tools.schedule().after(attempts, tools.chance().next(), asked);
    if (pause.isEmpty()) {
      return disabled("schedule_through");
    }
    boolean probe = notice.isPresent() && attempts >= tools.settings().triesAlone();
    return tools
        .queue()
        .refused(claim, place.at(), notice, attempts, pause.get(), probe, post.status())
        .compose(held -> held && probe ? probe(rest, full) : stop());
  }

  /** Whether the endpoint takes the event after the one that it refuses. */
  private Future<Boolean> probe(List<Notice> rest, boolean full) {
    Optional<Notice> other = other(rest);
    if (other.isEmpty()) {
      return nothingToProbe();
    }
    Notice next = other.get();
    return post(next)
        .compose(
            post ->
                switch (post.result()) {
                  case DELIVERED -> parked(rest, next, post, full);
                  case GONE -> disabled("gone");
                  case REFUSED, NOT_TRIED ->
                      tools
                          .queue()
                          .probeLater(claim, tools.settings().probePause())
                          .compose(noted -> stop());
                });
  }

  private Future<Boolean> parked(List<Notice> rest, Notice next, Post post, boolean full) {
    return tools
        .queue()
        .parked(claim, rest.getFirst(), next, post.status())
        .compose(held -> held ? tools.queue().parked(claim) : Future.succeededFuture(-1L))
        .compose(
            count -> {
              if (count < 0) {
                return stop();
              }
              if (count > tools.settings().mostParked()) {
                return disabled("too_many_refused");
              }
              attempts = 0;
              int passed = rest.indexOf(next) + 1;
              rest.subList(0, passed).forEach(place::pass);
              return step(rest.subList(passed, rest.size()), full);
            });
  }

  /** Events are gone that the endpoint was not told of: it is told so, in their place. */
  private Future<Boolean> restart(EventPosition head) {
    UUID id = UUID.nameUUIDFromBytes(word(head));
    return tools
        .poster()
        .post(claim.tenant(), claim.webhook(), id, tools.notices().lost(id, claim.tenant(), head))
        .onSuccess(post -> tools.meters().posted(post.result().word()))
        .compose(
            post ->
                switch (post.result()) {
                  case NOT_TRIED -> stop();
                  case DELIVERED -> tools.queue().moved(claim, head, Optional.of(post.status()));
                  case GONE -> disabled("gone");
                  case REFUSED -> refused(Optional.empty(), post, List.of(), false);
                });
  }

  private byte[] word(EventPosition head) {
    byte[] webhook = claim.webhook().id().toString().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(webhook.length + 16)
        .put(webhook)
        .putLong(head.epoch())
        .putLong(head.number())
        .array();
  }

  private Future<Post> post(Notice notice) {
    return tools
        .poster()
        .post(claim.tenant(), claim.webhook(), notice.id(), notice.json())
        .onSuccess(post -> tools.meters().posted(post.result().word()));
  }

  private Future<Boolean> disabled(String reason) {
    return tools
        .disabling()
        .disable(claim, reason)
        .recover(
            cause ->
                cause instanceof Failure.Conflict
                    ? Future.succeededFuture()
                    : Future.failedFuture(cause))
        .compose(off -> stop());
  }

  private boolean over() {
    return tools.poster().now().isAfter(until);
  }

  private static Future<Boolean> stop() {
    return Future.succeededFuture(false);
  }
}
