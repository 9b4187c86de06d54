package io.hushbus.delivery;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.CanonicalReader;
import io.hushbus.crypto.OpaqueToken;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.util.Optional;
import java.util.UUID;

/**
 * Positions as readers hold them: opaque texts under a MAC, good for one tenant. A cursor of
 * another tenant, an altered one and an invented one are refused alike.
 */
public final class Cursors {

  private static final String KIND = "event-cursor";
  private static final String LABEL = "event-cursor/1";
  private static final String BOUND_KIND = "subscription-cursor";
  private static final String BOUND_LABEL = "subscription-cursor/1";
  private static final String MARK_KIND = "kept-place";
  private static final int MAX_LENGTH = 160;

  private final SecretValue macKey;

  public Cursors(SecretValue macKey) {
    this.macKey = macKey;
  }

  private record Content(TenantId tenant, EventPosition position) {}

  private record Bound(TenantId tenant, UUID subscription, EventPosition position) {}

  /** The outside form of a position, for those who read with this ink. */
  String text(Ink ink, EventPosition position) {
    return ink.subscription()
        .map(subscription -> bound(ink.tenant(), subscription, position))
        .orElseGet(() -> text(ink.tenant(), position));
  }

  private String bound(TenantId tenant, UUID subscription, EventPosition position) {
    Canonical content =
        Canonical.of(BOUND_LABEL)
            .id(tenant.value())
            .id(subscription)
            .number(position.epoch())
            .number(position.number());
    return OpaqueToken.seal(macKey, BOUND_KIND, content);
  }

  /**
   * The position in a cursor that was given out to the readers of one subscription.
   *
   * @throws Failure.Invalid of {@code /cursor} for everything else, cursors of others included
   */
  EventPosition parse(TenantId tenant, UUID subscription, String text) {
    return OpaqueToken.open(macKey, BOUND_KIND, text, MAX_LENGTH)
        .flatMap(bytes -> CanonicalReader.read(bytes, BOUND_LABEL, Cursors::bound))
        .filter(content -> content.tenant().equals(tenant))
        .filter(content -> content.subscription().equals(subscription))
        .map(Bound::position)
        .orElseThrow(() -> Failure.invalid("/cursor", Failure.Code.BAD_CURSOR));
  }

  private static Bound bound(CanonicalReader in) {
    return new Bound(new TenantId(in.id()), in.id(), new EventPosition(in.number(), in.number()));
  }

  /**
   * Vouches for the place that is kept in a row: that the reader of that row has been there. Under
   * a key of the installation, so that a tenant's keys may change without it.
   */
  byte[] mark(String table, TenantId tenant, UUID row, EventPosition place) {
    return OpaqueToken.mark(macKey, MARK_KIND, kept(table, tenant, row, place));
  }

  /** Whether {@link #mark} vouched for it. */
  boolean isMark(String table, TenantId tenant, UUID row, EventPosition place, byte[] mark) {
    return OpaqueToken.isMark(macKey, MARK_KIND, kept(table, tenant, row, place), mark);
  }

  private static Canonical kept(String table, TenantId tenant, UUID row, EventPosition place) {
    return Canonical.of("kept-place/1")
        .text(table)
        .id(tenant.value())
        .id(row)
        .number(place.epoch())
        .number(place.number());
  }

  /** The outside form of a position. */
  public String text(TenantId tenant, EventPosition position) {
    Canonical content =
        Canonical.of(LABEL).id(tenant.value()).number(position.epoch()).number(position.number());
    return OpaqueToken.seal(macKey, KIND, content);
  }

  /**
   * What {@code text} asks for: {@code now}, {@code earliest}, or a cursor given out to this
   * tenant.
   *
   * @throws Failure.Invalid with {@link Failure.Code#BAD_CURSOR} for everything else
   */
  Start parse(TenantId tenant, String text) {
    return switch (text) {
      case "now" -> new Start.Now();
      case "earliest" -> new Start.Earliest();
      default -> new Start.After(open(tenant, text).orElseThrow(Cursors::bad));
    };
  }

  private Optional<EventPosition> open(TenantId tenant, String text) {
    return OpaqueToken.open(macKey, KIND, text, MAX_LENGTH)
        .flatMap(bytes -> CanonicalReader.read(bytes, LABEL, Cursors::content))
        .filter(content -> content.tenant().equals(tenant))
        .map(Content::position);
  }

  private static Content content(CanonicalReader in) {
    return new Content(new TenantId(in.id()), new EventPosition(in.number(), in.number()));
  }

  private static Failure bad() {
    return Failure.invalid("?after", Failure.Code.BAD_CURSOR);
  }
}
