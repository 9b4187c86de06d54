package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Trace;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.hushbus.tenant.Inventory;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of one secret within a transaction, for who drives them in time: retires what nobody
 * holds any more, promotes what waited. The head is locked first, against those who change it;
 * grants of leases, which are on the current version alone, are not held up.
 */
public final class Lineage {

  /**
   * A secret, locked, with the versions that somebody may hold in order of their numbers.
   *
   * @param now the database's time, after the lock
   * @param adopted whether somebody may have adopted it
   */
  public record Standing(Secret head, List<Version> held, Instant now, boolean adopted) {

    /** The version that new leases get. */
    public Version current() {
      return held.stream()
          .filter(version -> version.state() == VersionState.CURRENT)
          .findFirst()
          .orElseThrow(() -> Failure.integrity("secret_version"));
    }

    public Optional<Version> version(int number) {
      return held.stream().filter(version -> version.number() == number).findFirst();
    }

    /** The audit trace of something that is done to {@code version}. */
    public Trace trace(int version) {
      return Announcements.trace(head).atVersion(version);
    }
  }

  private final Vault vault;
  private final Inventory inventory;

  Lineage(Vault vault, Inventory inventory) {
    this.vault = vault;
    this.inventory = inventory;
  }

  /** Locks the secret of that id, deleted or not; empty if it is no more. */
  public Future<Optional<Standing>> lock(Tx tx, Keyring keyring, SecretId id) {
    return new SecretTx(tx, vault.macs(keyring))
        .lockKept(id)
        .map(found -> found.map(Lineage::standing));
  }

  /** The secret of exactly this scope and name; {@link Failure.Missing} if there is none. */
  public Future<Secret> named(Tx tx, Keyring keyring, Scope scope, SecretName name) {
    return new SecretTx(tx, vault.macs(keyring)).head(scope, name);
  }

  /** The same without a lock, for who only looks. */
  public Future<Optional<Standing>> look(Tx tx, Keyring keyring, SecretId id) {
    return new SecretTx(tx, vault.macs(keyring))
        .lookKept(id)
        .map(found -> found.map(Lineage::standing));
  }

  private static Standing standing(SecretTx.Kept kept) {
    return new Standing(kept.head(), kept.held(), kept.now(), kept.isAdopted());
  }

  /** A version in whatever state; {@link Failure.Missing} if there never was one of that number. */
  public Future<Version> version(Tx tx, Keyring keyring, Secret head, int number) {
    return new SecretTx(tx, vault.macs(keyring))
        .version(head, number)
        .map(row -> row.version().value());
  }

  /** Writes a version as it is now; without it nothing is committed. */
  public void write(Tx tx, Keyring keyring, Secret head, Version version) {
    new SecretTx(tx, vault.macs(keyring)).move(head, version);
  }

  /**
   * Makes the version that waited the current one, and the one that was current a previous one.
   *
   * @param until until when that is valid for its holders
   * @return the head after it
   */
  public Future<Secret> promote(
      Tx tx, Keyring keyring, Standing standing, Version waiting, Optional<Instant> until) {
    SecretTx secrets = new SecretTx(tx, vault.macs(keyring));
    Secret after = standing.head().promoted(waiting, standing.now());
    return secrets
        .update(standing.head(), after)
        .map(Preconditions.NONE::unlessRaced)
        .compose(
            won -> {
              secrets.move(after, standing.current().previous(until));
              secrets.move(after, waiting.current());
              return inventory.move(tx, secrets.stock());
            })
        .map(after);
  }

  /** A fact about the secret, told also in the projects that have adopted it. */
  public Future<List<Fact>> facts(
      Tx tx, Keyring keyring, EventType type, Secret head, Map<String, Object> numbers) {
    return new SecretTx(tx, vault.macs(keyring))
        .sharing()
        .ofSecret(head.id(), Optional.empty(), Integer.MAX_VALUE)
        .map(adopted -> Announcements.everywhere(type, head, adopted, numbers));
  }

  /** The same about a secret whose standing is known: nobody is looked for where nobody is. */
  public Future<List<Fact>> facts(
      Tx tx, Keyring keyring, EventType type, Standing standing, Map<String, Object> numbers) {
    return standing.adopted()
        ? facts(tx, keyring, type, standing.head(), numbers)
        : Future.succeededFuture(List.of(fact(type, standing.head(), numbers)));
  }

  /** A fact about the secret, in its own scope. */
  public static Fact fact(EventType type, Secret head, Map<String, Object> numbers) {
    return Announcements.fact(type, head, numbers);
  }
}
