package io.hushbus.delivery;

import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * On whose rights something is told while its owner is away.
 *
 * @param revision for an external workload: of the identity provider, as it let it in
 * @param held and which of the provider's mappings held then
 */
record Owner(Principal principal, Optional<UUID> revision, OptionalLong held) {

  static Owner of(Caller caller) {
    Optional<Caller.Proof> vouched =
        caller.proof().filter(proof -> proof.held().isPresent()); // an account needs no key of it
    return new Owner(
        caller.principal(),
        vouched.map(Caller.Proof::key),
        vouched.map(Caller.Proof::held).orElseGet(OptionalLong::empty));
  }

  /** What an identity provider said of it. */
  Optional<Caller.Proof> vouched() {
    return revision.map(
        provider -> new Caller.Proof(provider, OptionalLong.empty(), held, Optional.empty()));
  }
}
