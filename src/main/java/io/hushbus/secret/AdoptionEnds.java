package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.model.Tally;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Leaving;
import io.hushbus.tenant.Stock;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What follows when adoptions end: their leases end too, the receivers are told first of the one
 * and then of the other. Leases of the owner and of other adopters stay.
 */
final class AdoptionEnds implements Leaving {

  private final Vault vault;
  private final AdopterLeases leases;
  private final Inventory inventory;

  AdoptionEnds(Vault vault, AdopterLeases leases, Inventory inventory) {
    this.vault = vault;
    this.leases = leases;
    this.inventory = inventory;
  }

  /** Of adoptions that the owner's side has ended; in the order in which readers are told. */
  Future<List<Fact>> unshared(Tx tx, List<AdoptionStore.Ended> ended) {
    return vault
        .keyring(tx.tenant())
        .compose(keyring -> following(tx, keyring, ended, new ArrayList<>()));
  }

  /** Of an adoption that its own project gave up: nobody but the leases' holders need be told. */
  Future<List<Fact>> givenUp(Tx tx, AdoptionStore.Ended ended) {
    return vault
        .keyring(tx.tenant())
        .compose(keyring -> leases.revoke(tx, keyring, ended.id()))
        .map(count -> revoked(ended, count).stream().toList());
  }

  /**
   * Of adoptions of a secret that is forced out: the end of the leases is told before that of the
   * adoption.
   */
  Future<List<Fact>> withdrawn(Tx tx, Keyring keyring, List<AdoptionStore.Ended> ended) {
    List<Fact> told = new ArrayList<>();
    Future<Void> all = Future.succeededFuture();
    for (AdoptionStore.Ended one : ended) {
      all =
          all.compose(before -> leases.revoke(tx, keyring, one.id()))
              .map(
                  count -> {
                    revoked(one, count).ifPresent(told::add);
                    told.add(unshared(one));
                    return null;
                  });
    }
    return all.map(told);
  }

  @Override
  public Future<List<Fact>> left(Tx tx, UUID project) {
    return vault.keyring(tx.tenant()).compose(keyring -> left(tx, keyring, project));
  }

  private Future<List<Fact>> left(Tx tx, Keyring keyring, UUID project) {
    Stock stock = new Stock();
    SharingTx sharing = new SharingTx(tx, vault.macs(keyring), stock);
    return sharing
        .endSharesOf(project)
        .compose(
            shares ->
                sharing
                    .endOfProject(project)
                    .compose(ended -> following(tx, keyring, ended, unshared(project, shares))))
        .compose(told -> inventory.move(tx, stock).map(told));
  }

  private static List<Fact> unshared(UUID project, List<ShareStore.Ended> shares) {
    List<Fact> facts = new ArrayList<>();
    for (ShareStore.Ended share : shares) {
      facts.add(
          new Fact(
              EventType.SECRET_UNSHARED,
              "secrets/" + share.secret(),
              Optional.of(project),
              Optional.empty(),
              Map.of(
                  "secret_id", share.secret().toString(),
                  "community_id", share.community().toString())));
    }
    return facts;
  }

  /** One after the other: all on the one connection of the transaction. */
  private Future<List<Fact>> following(
      Tx tx, Keyring keyring, List<AdoptionStore.Ended> ended, List<Fact> told) {
    ended.forEach(one -> told.add(unshared(one)));
    Future<Void> all = Future.succeededFuture();
    for (AdoptionStore.Ended one : ended) {
      all =
          all.compose(before -> leases.revoke(tx, keyring, one.id()))
              .map(
                  count -> {
                    revoked(one, count).ifPresent(told::add);
                    return null;
                  });
    }
    return all.map(told);
  }

  private static Fact unshared(AdoptionStore.Ended ended) {
    return fact(EventType.SECRET_UNSHARED, ended, Map.of());
  }

  /** One notice for all leases of the adoption: which they are, and how many. */
  private static Optional<Fact> revoked(AdoptionStore.Ended ended, Tally count) {
    return count.isNone()
        ? Optional.empty()
        : Optional.of(fact(EventType.LEASE_REVOKED, ended, said(ended, count)));
  }

  private static Map<String, Object> said(AdoptionStore.Ended ended, Tally count) {
    Map<String, Object> said = count.said();
    said.put("selector", Map.of("adoption_id", ended.id().toString()));
    return said;
  }

  private static Fact fact(EventType type, AdoptionStore.Ended ended, Map<String, Object> besides) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("secret_id", ended.secret().toString());
    data.put("name", ended.name());
    data.put("adoption_id", ended.id().toString());
    data.putAll(besides);
    return new Fact(
        type, "secrets/" + ended.secret(), Optional.of(ended.project()), ended.domain(), data);
  }
}
