package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Macs;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Installation;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Tickets for streams of notices: for a browser, whose event source can send no header. A ticket
 * opens one stream, once, within a minute, as the caller it was made for and with the filters it
 * was made with, and is good for nothing else. In an address it may end up in a log; by then it is
 * used up.
 *
 * <p>Of two that redeem one, on whatever nodes, one wins. Stored is a keyed hash, and the row is
 * under a MAC: whoever can write to the database makes no ticket and no other use of one.
 */
public final class StreamTickets {

  /** How long a ticket may be redeemed. */
  public static final Duration LIFE = Duration.ofSeconds(60);

  private static final String KIND = "stream_ticket";
  private static final int BYTES = 32;
  private static final Pattern FORM = Pattern.compile("hst_[A-Za-z0-9_-]{43}");

  /** What a row of a ticket says. */
  record Content(TenantId tenant, Principal principal, Caller.Proof proof, String query) {}

  /** When a ticket ends, and what it was made on the strength of, by the database's clock. */
  record Ends(Instant ticket, Optional<Instant> proof) {

    static Ends from(Instant now, OptionalLong left) {
      Instant whole = now.truncatedTo(ChronoUnit.MILLIS);
      return new Ends(
          whole.plus(LIFE),
          left.isPresent() ? Optional.of(whole.plusMillis(left.getAsLong())) : Optional.empty());
    }
  }

  /** Who redeemed a ticket, as it is now, and the filters of its stream. */
  public record Redeemed(Caller caller, String query) {}

  private final Db db;
  private final Ledger ledger;
  private final Installation installation;
  private final SecureRandom random;
  private final LongSupplier nanos;

  public StreamTickets(
      Db db, Ledger ledger, Installation installation, SecureRandom random, LongSupplier nanos) {
    this.db = db;
    this.ledger = ledger;
    this.installation = installation;
    this.random = random;
    this.nanos = nanos;
  }

  /** What to ask the policy about. */
  public static Resource resource() {
    return Resource.ofTenant(KIND);
  }

  /**
   * A ticket for the caller of the grant.
   *
   * @param query the filters, as the query of the stream has them; given back when it is redeemed
   * @return denied to a caller whose token is bound to a certificate, since a ticket is bound to
   *     none, and to runs, which have no browser
   */
  public Future<SecretValue> create(Grant grant, String query) {
    grant.allowing(Action.EVENT_READ);
    Optional<Caller.Proof> proof =
        grant
            .caller()
            .proof()
            .filter(one -> one.certificate().isEmpty())
            .filter(one -> grant.caller().principal().kind() != Principal.Kind.RUN);
    return proof
        .map(one -> create(grant, one, query))
        .orElseGet(() -> Future.failedFuture(Failure.denied()));
  }

  private Future<SecretValue> create(Grant grant, Caller.Proof proof, String query) {
    byte[] number = new byte[BYTES];
    random.nextBytes(number);
    String ticket = "hst_" + Base64.getUrlEncoder().withoutPadding().encodeToString(number);
    OptionalLong left =
        proof.endsNanos().isPresent()
            ? OptionalLong.of((proof.endsNanos().getAsLong() - nanos.getAsLong()) / 1_000_000)
            : OptionalLong.empty();
    Caller caller = grant.caller();
    byte[] mac = mac(ticket);
    return ledger.change(
        grant,
        tx ->
            TicketStore.now(tx)
                .map(now -> Ends.from(now, left))
                .compose(ends -> insert(tx, mac, caller, proof, ends, query))
                .map(done -> Change.of(SecretValue.ofText(ticket), Trace.of(resource()))));
  }

  private Future<Void> insert(
      Tx tx, byte[] mac, Caller caller, Caller.Proof proof, Ends ends, String query) {
    Content content = new Content(caller.tenant(), caller.principal(), proof, query);
    return TicketStore.insert(
        tx, mac, caller.principal(), proof, ends, query, contentMac(mac, content, ends));
  }

  /**
   * What the ticket was made for; it is used up.
   *
   * @return unauthenticated for one that is unknown, used, over or changed
   */
  Future<Content> redeem(String ticket) {
    if (!FORM.matcher(ticket).matches()) {
      return Future.failedFuture(Failure.unauthenticated());
    }
    byte[] mac = mac(ticket);
    return db.system(SystemTx.Job.AUTHENTICATION, tx -> TicketStore.take(tx, mac, nanos))
        .map(
            taken ->
                taken
                    .filter(row -> genuine(mac, row))
                    .map(TicketStore.Row::content)
                    .orElseThrow(Failure::unauthenticated));
  }

  private boolean genuine(byte[] mac, TicketStore.Row row) {
    return Macs.equal(contentMac(mac, row.content(), row.ends()), row.contentMac());
  }

  private byte[] mac(String ticket) {
    return Macs.hmacSha256(
        pepper(),
        Canonical.of("stream-ticket/1").encode(),
        ticket.getBytes(StandardCharsets.US_ASCII));
  }

  private byte[] contentMac(byte[] mac, Content content, Ends ends) {
    Caller.Proof proof = content.proof();
    return Macs.hmacSha256(
        pepper(),
        Canonical.of("stream-ticket-row/2")
            .bytes(mac)
            .id(content.tenant().value())
            .text(content.principal().kind().word())
            .id(content.principal().id())
            .id(proof.key())
            .number(proof.held().isPresent() ? (Long) proof.held().getAsLong() : null)
            .time(ends.ticket())
            .time(ends.proof().orElse(null))
            .text(content.query())
            .encode());
  }

  private SecretValue pepper() {
    return installation.systemKey(SystemKeyKind.TOKEN_PEPPER);
  }
}
