package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.AccountKeys;
import io.hushbus.access.Authenticator;
import io.hushbus.access.BrokerTokens;
import io.hushbus.access.RoleBindings;
import io.hushbus.access.ServiceAccounts;
import io.hushbus.access.TokenIssuer;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Quotas;
import java.time.InstantSource;

/** Who is calling, and may they. */
record AccessParts(Authenticator authenticator, Api.Identity identity) {

  static AccessParts of(Ground ground, Installation installation, Ledger ledger) {
    var db = ground.db();
    var ids = ground.ids();
    var random = ground.random();
    var tokens = tokens(ground, installation);
    var authenticator = new Authenticator(db, installation, random, tokens, System::nanoTime);
    var identity =
        new Api.Identity(
            tokens,
            new TokenIssuer(authenticator, tokens),
            new ServiceAccounts(db, ledger, ids),
            new AccountKeys(db, ledger, ids, installation, random),
            new RoleBindings(db, ledger, ids));
    return new AccessParts(authenticator, identity);
  }

  private static BrokerTokens tokens(Ground ground, Installation installation) {
    var settings = ground.config().tokens();
    return BrokerTokens.of(
        ground.vertx(),
        installation,
        settings.issuer(),
        settings.ttl(),
        ground.pool(),
        ground.ids(),
        InstantSource.system());
  }

  /** The rights of those who follow streams. */
  StreamRights rights(AccessPolicy policy, Quotas quotas) {
    return new StreamRights(policy, authenticator, quotas);
  }
}
