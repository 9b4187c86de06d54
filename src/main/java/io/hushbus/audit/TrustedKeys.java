package io.hushbus.audit;

import io.hushbus.crypto.Signer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The public keys whose signatures on checkpoints count. */
final class TrustedKeys {

  private final Map<String, byte[]> keys;
  private final BiPredicate<Checkpoint, byte[]> signature;

  TrustedKeys(Map<String, byte[]> keys, BiPredicate<Checkpoint, byte[]> signature) {
    this.keys = Map.copyOf(keys);
    this.signature = signature;
  }

  /** The keys of the given raw public halves. */
  static TrustedKeys of(Collection<byte[]> publicKeys) {
    return new TrustedKeys(
        publicKeys.stream().collect(Collectors.toMap(Signer::keyId, Function.identity())),
        Checkpoint::signedBy);
  }

  /** What is wrong with the signature of a checkpoint; empty if it holds. */
  Optional<Finding.Kind> flaw(Checkpoint checkpoint) {
    byte[] key = keys.get(checkpoint.keyId());
    if (key == null) {
      return Optional.of(Finding.Kind.UNKNOWN_KEY);
    }
    return signature.test(checkpoint, key)
        ? Optional.empty()
        : Optional.of(Finding.Kind.BAD_SIGNATURE);
  }
}
