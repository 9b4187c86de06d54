package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Role;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A ticket opens one stream, once, as whom it was made for (G9, N-16). */
final class StreamTicketsIT {

  private static TestInstallation hushbus;
  private static Caller admin;
  private static int names;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation();
    admin = hushbus.tenant("acme");
  }

  @AfterAll
  static void stop() {
    hushbus.close();
  }

  @Test
  void a_ticket_is_its_caller_and_its_filters() {
    Caller viewer = viewer();
    var redeemed = redeem(ticket(viewer, "project=demo")).await();
    assertThat(redeemed.caller().principal()).isEqualTo(viewer.principal());
    assertThat(redeemed.caller().bindings()).isEqualTo(viewer.bindings());
    assertThat(redeemed.query()).isEqualTo("project=demo");
  }

  @Test
  void n16_of_many_that_redeem_a_ticket_on_two_nodes_one_wins() {
    String ticket = ticket(viewer(), "");
    Authenticator elsewhere = hushbus.node();
    List<Future<StreamTickets.Redeemed>> all =
        IntStream.range(0, 50)
            .mapToObj(n -> n % 2 == 0 ? hushbus.authenticator : elsewhere)
            .map(node -> node.redeem(ticket, hushbus.request()))
            .toList();
    Future.join(all).transform(done -> Future.succeededFuture()).await();
    assertThat(all.stream().filter(Future::succeeded)).hasSize(1);
    assertThat(all.stream().filter(Future::failed).map(Future::cause))
        .allMatch(Failure.Unauthenticated.class::isInstance);
  }

  @Test
  void n03_a_ticket_that_is_over_is_refused_and_nobody_has_to_sweep() {
    String ticket = ticket(viewer(), "");
    hushbus.database.asOwner(
        "UPDATE stream_ticket SET expires_at = clock_timestamp() - interval '1 millisecond'");
    refused(redeem(ticket));
  }

  @Test
  void n02_a_malformed_or_unknown_ticket_is_refused() {
    for (String ticket :
        List.of("", "hst_", "hst_" + "a".repeat(43), "hsb_" + "a".repeat(43), "' OR 1=1 --")) {
      refused(redeem(ticket));
    }
  }

  @Test
  void n55_a_ticket_turned_to_somebody_else_is_nothing() {
    UUID victim = admin.principal().id();
    String ticket = ticket(viewer(), "");
    hushbus.database.asOwner("UPDATE stream_ticket SET principal_id = '" + victim + "'");
    refused(redeem(ticket));
    String wider = ticket(viewer(), "project=demo");
    hushbus.database.asOwner("UPDATE stream_ticket SET query = ''");
    refused(redeem(wider));
  }

  @Test
  void n55_a_ticket_that_was_prolonged_is_nothing() {
    String ticket = ticket(viewer(), "");
    hushbus.database.asOwner("UPDATE stream_ticket SET expires_at = expires_at + interval '1 day'");
    refused(redeem(ticket));
    String endless = ticket(viewer(), "");
    hushbus.database.asOwner(
        "UPDATE stream_ticket SET proof_ends_at = clock_timestamp() + interval '1 day'");
    refused(redeem(endless));
  }

  @Test
  void a_ticket_of_somebody_whose_key_has_ended_is_nothing() {
    UUID account = hushbus.account(admin, "name-" + ++names).id();
    hushbus.bind(admin, account, Role.VIEWER, Optional.empty());
    NewKey key = hushbus.key(admin, account);
    String ticket = ticket(hushbus.caller(TestInstallation.text(key)), "");
    hushbus
        .keys
        .revoke(
            hushbus.grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account)),
            key.facts().id())
        .await();
    hushbus.clock.pass(Duration.ofSeconds(4));
    refused(redeem(ticket));
  }

  @Test
  void a_ticket_is_no_bearer_credential_and_is_not_stored() {
    String ticket = ticket(viewer(), "");
    refused(hushbus.authenticator.authenticate("Bearer " + ticket, hushbus.request()));
    redeem(ticket).await();
  }

  private static Caller viewer() {
    return hushbus.caller(hushbus.keyOf(admin, "name-" + ++names, Role.VIEWER, Optional.empty()));
  }

  private static String ticket(Caller caller, String query) {
    return hushbus
        .tickets
        .create(hushbus.grant(caller, Action.EVENT_READ, StreamTickets.resource()), query)
        .await()
        .reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  private static Future<StreamTickets.Redeemed> redeem(String ticket) {
    return hushbus.authenticator.redeem(ticket, hushbus.request());
  }

  private static void refused(Future<?> asked) {
    assertThatThrownBy(asked::await).isInstanceOf(Failure.Unauthenticated.class);
  }
}
