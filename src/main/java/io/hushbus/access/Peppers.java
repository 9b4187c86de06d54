package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.tenant.Installation;
import java.security.SecureRandom;

/** The keyed hash under which keys are stored and looked up, by generations of the pepper. */
final class Peppers {

  /**
   * A new key and what is stored of it.
   *
   * @param hint its last characters, which are part of the checksum
   */
  record Minted(ApiKey key, byte[] mac, int generation, String hint) {}

  private final Installation installation;
  private final SecureRandom random;

  Peppers(Installation installation, SecureRandom random) {
    this.installation = installation;
    this.random = random;
  }

  Minted mint(ApiKey.Kind kind) {
    ApiKey key = ApiKey.generate(kind, random);
    var newest = installation.systemKeys(SystemKeyKind.TOKEN_PEPPER).lastEntry();
    return new Minted(key, key.mac(newest.getValue()), newest.getKey(), key.hint());
  }

  /** Every hash under which this key may be stored. */
  byte[][] macs(ApiKey key) {
    return installation.systemKeys(SystemKeyKind.TOKEN_PEPPER).values().stream()
        .map(key::mac)
        .toArray(byte[][]::new);
  }
}
