package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.AccountKeys;
import io.hushbus.access.Authenticator;
import io.hushbus.access.BindingCount;
import io.hushbus.access.BrokerTokens;
import io.hushbus.access.ExternalIdentities;
import io.hushbus.access.IdentityProviders;
import io.hushbus.access.RoleBindings;
import io.hushbus.access.ServiceAccounts;
import io.hushbus.access.StreamTickets;
import io.hushbus.access.TokenIssuer;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.lease.HeldLeases;
import io.hushbus.lease.OpenerRights;
import io.hushbus.lease.RunDirectory;
import io.hushbus.model.Action;
import io.hushbus.model.Principal;
import io.hushbus.model.Scope;
import io.hushbus.outbound.Outbound;
import io.hushbus.outbound.SystemResolver;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;

/** Who is calling, and may they. */
record AccessParts(Authenticator authenticator, Api.Identity identity, Outbound outbound) {

  /** With what goes out to identity providers, until {@code endings}. */
  static AccessParts of(
      Ground ground,
      Installation installation,
      Ledger ledger,
      AccessPolicy policy,
      Endings endings) {
    var db = ground.db();
    var ids = ground.ids();
    var random = ground.random();
    var keyrings = ground.keyrings();
    var meters = ground.meters();
    var count = new BindingCount(new Inventory(installation, ids));
    var tokens = tokens(ground, installation);
    var tickets = new StreamTickets(db, ledger, installation, random, System::nanoTime);
    var outbound = outbound(ground, endings);
    var authenticator =
        new Authenticator(
            db,
            installation,
            random,
            tokens,
            externals(ground, ledger, policy, tokens, outbound),
            tickets,
            new RunDirectory(keyrings),
            keyrings,
            meters,
            System::nanoTime);
    var identity =
        new Api.Identity(
            tokens,
            new TokenIssuer(authenticator, tokens),
            tickets,
            new ServiceAccounts(db, ledger, ids, count),
            new AccountKeys(db, ledger, keyrings, ids, installation, random),
            new RoleBindings(db, ledger, keyrings, ids, count),
            new IdentityProviders(db, ledger, keyrings, meters, ids));
    return new AccessParts(authenticator, identity, outbound);
  }

  private static ExternalIdentities externals(
      Ground ground, Ledger ledger, AccessPolicy policy, BrokerTokens tokens, Outbound outbound) {
    return new ExternalIdentities(
        ground.vertx(),
        ground.db(),
        ledger,
        policy,
        ground.keyrings(),
        tokens,
        outbound,
        ground.pool(),
        ground.meters(),
        ground.config().tokens().keySetRefresh(),
        System::nanoTime);
  }

  private static Outbound outbound(Ground ground, Endings endings) {
    var settings = ground.config().outbound();
    var resolver = new SystemResolver(ground.vertx());
    endings.add(resolver::close);
    var outbound = new Outbound(ground.vertx(), resolver, settings.allow(), settings.plainHttp());
    endings.add(outbound::close);
    return outbound;
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
        ground.nodes().clock());
  }

  /**
   * Whether the account that opened a run is still a runner there. Of other identities nothing is
   * kept between their requests, so that there is nothing to ask.
   */
  OpenerRights openers() {
    return (tenant, run) ->
        run.openedBy().kind() == Principal.Kind.SERVICE_ACCOUNT
            ? authenticator.mayStill(
                tenant,
                run.openedBy().id(),
                Action.RUN_OPEN,
                run.scope().inProject().map(Scope.Place::id).orElseThrow())
            : Future.succeededFuture(true);
  }

  /** The rights of those who follow streams. */
  StreamRights rights(Ground ground, AccessPolicy policy, Quotas quotas) {
    var vertx = ground.vertx();
    var leases = new HeldLeases(ground.db(), ground.keyrings(), vertx.getOrCreateContext());
    return new StreamRights(policy, authenticator, leases, quotas, ground.nodes());
  }
}
