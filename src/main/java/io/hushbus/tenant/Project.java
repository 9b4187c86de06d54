package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Reveal;
import io.hushbus.model.Scope;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Where most secrets of a tenant live.
 *
 * @param community the one it belongs to, if any
 * @param reveal which people may read the values of its secrets
 */
public record Project(
    UUID id,
    ObjectName name,
    String description,
    Optional<Scope.Place> community,
    Reveal reveal,
    Instant createdAt) {

  /** Another one after each change, whatever is done to its community. */
  public long etag() {
    return Canonical.of("project-etag/1")
        .id(id)
        .text(name.text())
        .text(description)
        .id(community.map(Scope.Place::id).orElse(null))
        .text(reveal.word())
        .etag();
  }

  static Project read(Row row) {
    return new Project(
        row.getUUID("project_id"),
        new ObjectName(row.getString("name")),
        row.getString("description"),
        Optional.ofNullable(row.getUUID("community_id"))
            .map(id -> new Scope.Place(id, new ObjectName(row.getString("community_name")))),
        reveal(row.getString("reveal")),
        row.getOffsetDateTime("created_at").toInstant());
  }

  /** An unknown word, which only a foreign hand can have written, allows nobody. */
  private static Reveal reveal(String word) {
    return Reveal.of(word).orElse(Reveal.OFF);
  }
}
