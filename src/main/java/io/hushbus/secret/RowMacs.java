package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretId;

/**
 * The MACs on a tenant's rows of secrets: made over what is written, checked on what was read. A
 * row that another hand wrote or edited is {@link Failure.Integrity}.
 */
record RowMacs(Keyring keyring) {

  RowMac of(Secret head) {
    return keyring.mac(head.canonical(keyring.tenant()));
  }

  RowMac of(SecretId secret, Version version) {
    return keyring.mac(version.canonical(keyring.tenant(), secret));
  }

  Secret checked(Stored<Secret> row) {
    return row.checked(keyring, row.value().canonical(keyring.tenant()), "secret");
  }

  VersionStore.SealedVersion checked(Secret head, VersionStore.SealedVersion row) {
    Stored<Version> version = row.version();
    version.checked(
        keyring, version.value().canonical(keyring.tenant(), head.id()), "secret_version");
    return row;
  }
}
