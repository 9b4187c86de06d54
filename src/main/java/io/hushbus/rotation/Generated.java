package io.hushbus.rotation;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.secret.Content;
import io.hushbus.secret.ContentPatch;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.Succession;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Rotations to a generated value: all of a text or a file, some entries of a key_value secret. */
final class Generated {

  private static final EntryName USUAL = new EntryName("password");

  private final SecretChanges changes;
  private final Generator generator;

  Generated(SecretChanges changes, Generator generator) {
    this.changes = changes;
    this.generator = generator;
  }

  /** {@link Failure.Invalid} if a secret of this type cannot be given what is generated. */
  static void check(SecretType type, Source.Generate generate) {
    if (!Policies.fits(type, generate)) {
      throw Failure.invalid("/generate", Failure.Code.TYPE_MISMATCH);
    }
  }

  /** Makes the value and begins the rotation to it. */
  Future<Secret> start(
      Grant grant, Secret head, Source.Generate wanted, Preconditions when, Succession how) {
    check(head.type(), wanted);
    return generator
        .make(wanted, entry(head, wanted))
        .compose(
            made ->
                begin(grant, head, made, when, how)
                    .onComplete(done -> made.values().forEach(SecretValue::close)));
  }

  private static EntryName entry(Secret head, Source.Generate wanted) {
    return switch (head.type()) {
      case KEY_VALUE -> wanted.key().orElse(USUAL);
      case FILE -> head.entryNames().getFirst();
      case TEXT, JSON, DOCKER_CONFIG -> EntryName.VALUE;
    };
  }

  /** Begins a rotation to these entries; they stay the caller's. */
  Future<Secret> begin(
      Grant grant,
      Secret head,
      Map<EntryName, SecretValue> made,
      Preconditions when,
      Succession how) {
    if (head.type() == SecretType.KEY_VALUE) {
      Map<EntryName, Optional<SecretValue>> entries = new LinkedHashMap<>();
      made.forEach((name, value) -> entries.put(name, Optional.of(value)));
      return changes.turn(grant, head.scope(), head.name(), new ContentPatch(entries), when, how);
    }
    Content content = new Content(Optional.empty(), new Payload(made), "/data");
    return changes.turn(grant, head.scope(), head.name(), content, when, how);
  }
}
