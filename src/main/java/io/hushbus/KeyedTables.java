package io.hushbus;

import io.hushbus.access.KeyedAccess;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.delivery.KeyedDelivery;
import io.hushbus.lease.KeyedLeases;
import io.hushbus.rotation.RotationServices;
import io.hushbus.secret.SecretServices;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.Projects;
import java.util.ArrayList;
import java.util.List;

/**
 * Every table whose rows depend on a tenant's key: the one list that a rotation works through. A
 * test compares it with the schema.
 */
public final class KeyedTables {

  private KeyedTables() {}

  public static List<KeyedRows> all(SecretServices secrets, SigningKeys signing, CryptoPool pool) {
    List<KeyedRows> all = new ArrayList<>(secrets.keyedRows());
    all.add(Projects.keyedRows(pool));
    all.addAll(KeyedLeases.all(pool));
    all.addAll(KeyedAccess.all(pool));
    all.addAll(KeyedDelivery.all(signing, pool));
    all.addAll(RotationServices.keyedRows(signing, pool));
    return List.copyOf(all);
  }
}
