package io.hushbus.delivery;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.CanonicalReader;
import io.hushbus.crypto.OpaqueToken;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.util.Optional;

/**
 * Positions as readers hold them: opaque texts under a MAC, good for one tenant. A cursor of
 * another tenant, an altered one and an invented one are refused alike.
 */
public final class Cursors {

  private static final String KIND = "event-cursor";
  private static final String LABEL = "event-cursor/1";
  private static final int MAX_LENGTH = 128;

  private final SecretValue macKey;

  public Cursors(SecretValue macKey) {
    this.macKey = macKey;
  }

  private record Content(TenantId tenant, EventPosition position) {}

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
