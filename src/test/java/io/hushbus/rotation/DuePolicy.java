package io.hushbus.rotation;

import static io.hushbus.support.World.await;

import io.hushbus.db.Db;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Sets the time of a policy, as only its broker can: for tests that do not wait until it comes. */
public final class DuePolicy {

  private DuePolicy() {}

  /** Makes the policy of a secret one that is due at that time. */
  public static void at(Db db, Keyrings keyrings, TenantId tenant, SecretId secret, Instant due) {
    PolicyStore store = new PolicyStore(await(keyrings.of(tenant)));
    Policy policy = await(db.read(tenant, tx -> store.find(tx, secret))).orElseThrow();
    Policy moved =
        new Policy(
            policy.secret(),
            policy.schedule(),
            policy.source(),
            policy.strategy(),
            policy.grace(),
            policy.revision(),
            policy.createdBy(),
            policy.updatedAt(),
            policy.anchor(),
            due.truncatedTo(ChronoUnit.MILLIS));
    await(db.write(tenant, tx -> store.put(tx, moved)));
  }
}
