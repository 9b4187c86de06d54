package io.hushbus.delivery;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SigningKeys;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An endpoint that notices are posted to.
 *
 * @param owner on whose rights it is told: whoever last said where to and what
 * @param createdBy the principal that made it, as texts name it
 */
public record Webhook(
    UUID id,
    String url,
    String description,
    Selection selection,
    Owner owner,
    Keys keys,
    String createdBy,
    Instant createdAt,
    State state) {

  static final String KIND = "webhook";

  /** The keys its calls are signed with: the newest, and for a while the one before. */
  record Keys(
      SigningKeys.Kept newest, Optional<SigningKeys.Kept> old, Optional<Instant> oldUntil) {}

  /**
   * How it goes.
   *
   * @param disabledFor why it was switched off, if the broker did it
   * @param attempts how often the next event was refused so far
   */
  public record State(
      boolean enabled,
      Optional<String> disabledFor,
      int attempts,
      Optional<Instant> failingSince,
      Optional<Instant> nextAt,
      Optional<String> lastStatus,
      Optional<Instant> lastAt) {}

  /** The principal on whose rights it is told, as texts name it. */
  public String onRightsOf() {
    return owner.principal().toString();
  }

  /** What to ask the policy about, for those of a project, or of the whole tenant. */
  public static Resource resource(Optional<UUID> project) {
    return new Resource(KIND, project, Optional.empty());
  }

  /** What to ask the policy about. */
  public Resource asResource() {
    return resource(selection.project()).withId(id);
  }

  /** What the MAC of the row covers: all that decides what is told to whom, and under which key. */
  Canonical canonical(TenantId tenant) {
    Canonical row =
        Canonical.of("webhook/1")
            .id(tenant.value())
            .id(id)
            .text(url)
            .text(owner.principal().kind().word())
            .id(owner.principal().id())
            .id(owner.revision().orElse(null))
            .number(owner.held().isPresent() ? owner.held().getAsLong() : null)
            .number(keys.newest().number())
            .flag(keys.old().isPresent())
            .time(keys.oldUntil().orElse(null))
            .text(createdBy);
    return selection.into(row);
  }

  /**
   * Another one after each change of where, of what and for whom; not when it is switched on or
   * off, which undoes nothing that somebody else wrote.
   */
  public long etag() {
    return selection
        .into(Canonical.of("webhook-etag/1").id(id).text(url).text(description))
        .text(owner.principal().toString())
        .number(keys.newest().number())
        .etag();
  }

  Webhook with(String newUrl, String text, Selection wanted, Owner by) {
    return new Webhook(id, newUrl, text, wanted, by, keys, createdBy, createdAt, state);
  }

  Webhook with(Keys newKeys) {
    return new Webhook(
        id, url, description, selection, owner, newKeys, createdBy, createdAt, state);
  }
}
