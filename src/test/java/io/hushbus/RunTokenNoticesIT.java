package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.EventLines;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a run hears with its own token, and who hears of a version that is not for all yet. */
final class RunTokenNoticesIT {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String ANNOUNCED = "io.hushbus.secret.version.announced.v1";
  private static final String STAGED = "io.hushbus.secret.version.staged.v1";
  private static final String REVOKED = "io.hushbus.lease.revoked.v1";

  private static Brokers brokers;
  private static Client one;
  private static Client other;
  private static Tenancy acme;
  private static String secondRunner;
  private static int names;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    one = brokers.start().client("");
    other = brokers.start().client("");
    acme = brokers.tenant(one.as(brokers.operator()), "acme");
    secondRunner =
        Tenancy.account(one.as(acme.admin()), "runner-2", new JsonObject().put("role", "runner"));
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void a_run_is_told_of_the_secrets_it_holds_and_of_nothing_else() {
    String mine = secret();
    String foreign = secret();
    String subject = "secrets/" + id(mine);
    Task task = Task.open(acme.runner());
    try (EventLines stream = other.as(task.token()).events("?after=now")) {
      task.lease(mine); // after the stream was opened
      Task.open(acme.runner()).lease(foreign);
      replace(foreign);
      replace(mine);
      JsonObject told = stream.await("its secret", SOON, is(ANNOUNCED, mine));
      assertThat(told.getJsonObject("data").getInteger("version")).isEqualTo(2);
      replace(foreign);
      replace(mine);
      stream.await(
          "and again",
          SOON,
          event -> is(ANNOUNCED, mine).test(event) && event.encode().contains("\"version\":3"));
      assertThat(stream.notices())
          .isNotEmpty()
          .allMatch(event -> subject.equals(event.getString("subject")));
    }
  }

  @Test
  void a_poll_with_the_token_of_a_run_answers_the_same_and_waits_over_what_it_may_not_see() {
    String mine = secret();
    String foreign = secret();
    Task task = Task.open(acme.runner());
    task.lease(mine);
    Client caller = other.as(task.token());
    String start = caller.get("/events").expect(200).json().getString("cursor");
    replace(foreign);
    assertThat(caller.get("/events?after=" + start).expect(200).json().getJsonArray("events"))
        .isEmpty();
    replace(mine);
    JsonArray events =
        caller.get("/events?wait=5s&after=" + start).expect(200).json().getJsonArray("events");
    assertThat(events.encode()).contains(mine).doesNotContain(foreign);
  }

  @Test
  void a_run_hears_the_end_of_its_own_lease_and_not_of_anothers_on_the_same_secret() {
    String name = secret();
    Task task = Task.open(acme.runner());
    String own = task.lease(name);
    String anothers = Task.open(acme.runner()).lease(name);
    try (EventLines stream = other.as(task.token()).events("?after=now")) {
      one.as(acme.admin()).post("/leases/" + anothers + "/revoke", new JsonObject()).expect(204);
      one.as(acme.admin()).post("/leases/" + own + "/revoke", new JsonObject()).expect(204);
      JsonObject told = stream.await("its end", SOON, event -> type(event).equals(REVOKED));
      assertThat(told.getJsonObject("data").getString("lease_id")).isEqualTo(own);
      assertThat(String.join("", stream.lines())).doesNotContain(anothers);
    }
  }

  @Test
  void leases_that_are_revoked_together_are_told_to_their_holders() {
    String name = secret();
    Task task = Task.open(acme.runner());
    task.lease(name);
    Task second = Task.open(acme.runner());
    second.lease(name);
    try (EventLines first = other.as(task.token()).events("?after=now");
        EventLines next = one.as(second.token()).events("?after=now")) {
      revoke(new JsonObject().put("run", task.id()));
      first.await("of its run", SOON, event -> type(event).equals(REVOKED));
      revoke(new JsonObject().put("secret_id", id(name)));
      JsonObject told = next.await("of the secret", SOON, event -> type(event).equals(REVOKED));
      assertThat(told.encode()).contains(id(name)).doesNotContain(task.id());
    }
  }

  @Test
  void a_run_is_told_when_all_that_its_opener_holds_is_revoked() {
    JsonObject role = new JsonObject().put("role", "runner");
    String opener = Tenancy.account(one.as(acme.admin()), "revoked-runner", role);
    Task task = Task.open(opener);
    task.lease(secret());
    task.lease(secret());
    String by = one.as(opener).get("/runs/" + task.id()).expect(200).json().getString("opened_by");
    try (EventLines stream = other.as(task.token()).events("?after=now")) {
      revoke(new JsonObject().put("holder", by.substring(by.length() - 36)));
      JsonObject told = stream.await("its leases", SOON, event -> type(event).equals(REVOKED));
      assertThat(told.getString("subject")).isEqualTo("runs/" + task.id());
      JsonObject data = told.getJsonObject("data");
      assertThat(data.getJsonObject("selector"))
          .isEqualTo(new JsonObject().put("run_id", task.id()));
      assertThat(data.getInteger("count")).isEqualTo(2);
      assertThat(data.getJsonArray("secret_ids")).hasSize(2);
    }
  }

  @Test
  void the_stream_of_a_run_ends_with_it_within_five_seconds() {
    Task task = Task.open(acme.runner());
    task.lease(secret());
    try (EventLines stream = other.as(task.token()).events("?after=now")) {
      one.as(acme.runner()).post("/runs/" + task.id() + "/complete", new JsonObject()).expect(200);
      assertThat(stream.ended(Duration.ofSeconds(5)))
          .anyMatch(line -> line.contains("rights_lost"));
    }
    assertThat(other.as(task.token()).get("/events?wait=1s").status()).isEqualTo(401);
  }

  @Test
  void a_run_keeps_no_places_and_gets_no_tickets() {
    Client caller = one.as(Task.open(acme.runner()).token());
    assertThat(caller.post("/subscriptions", new JsonObject()).status()).isEqualTo(404);
    assertThat(caller.get("/webhooks").status()).isEqualTo(404);
    assertThat(caller.post("/auth/stream-tickets", new JsonObject()).status()).isEqualTo(403);
  }

  @Test
  void a_staged_version_is_told_to_its_wave_and_to_who_may_see_all_holders() {
    String name = secret();
    Task canary = Task.open(acme.runner());
    canary.lease(name);
    Task rest = Task.open(secondRunner);
    rest.lease(name);
    String mark = secret();
    rest.lease(mark);
    try (EventLines first = other.as(canary.token()).events("?after=now");
        EventLines late = other.as(rest.token()).events("?after=now");
        EventLines opener = one.as(acme.runner()).events("?after=now");
        EventLines stranger = one.as(secondRunner).events("?after=now");
        EventLines viewer = one.as(acme.viewer()).events("?after=now")) {
      one.as(acme.app())
          .post(
              "/secrets/" + name + "/rotations?project=demo",
              new JsonObject()
                  .put("value", Canary.value())
                  .put("strategy", "staged")
                  .put("canary", new JsonObject().put("runs", new JsonArray().add(canary.id()))))
          .expect(202);
      for (EventLines wave : List.of(first, opener, viewer)) {
        wave.await("the wave", SOON, is(STAGED, name));
      }
      replace(mark); // what comes after it has come, so that it would have come too
      for (EventLines others : List.of(late, stranger)) {
        others.await("the mark", SOON, is(ANNOUNCED, mark));
        assertThat(others.notices()).noneMatch(is(STAGED, name));
      }
    }
  }

  /** A run with its token. */
  private record Task(String id, String token) {

    static Task open(String opener) {
      JsonObject ask =
          new JsonObject().put("project", "demo").put("external_id", "told-" + ++names);
      JsonObject run = one.as(opener).post("/runs", ask).expect(201).json();
      return new Task(run.getString("id"), run.getString("token"));
    }

    String lease(String secret) {
      JsonArray wanted = new JsonArray().add(new JsonObject().put("secret", secret));
      return one.as(token)
          .post("/leases", new JsonObject().put("secrets", wanted))
          .expect(201)
          .json()
          .getJsonArray("leases")
          .getJsonObject(0)
          .getString("id");
    }
  }

  private static String secret() {
    String name = "told-" + ++names;
    JsonObject secret =
        new JsonObject().put("name", name).put("type", "text").put("value", Canary.value());
    one.as(acme.app()).post("/secrets?project=demo", secret).expect(201);
    return name;
  }

  private static String id(String name) {
    return one.as(acme.app())
        .get("/secrets/" + name + "?project=demo")
        .expect(200)
        .json()
        .getString("id");
  }

  private static void replace(String name) {
    one.as(acme.app())
        .put("/secrets/" + name + "?project=demo", new JsonObject().put("value", Canary.value()))
        .expect(200);
  }

  private static void revoke(JsonObject selector) {
    one.as(acme.admin()).post("/leases/revoke", selector).expect(200);
  }

  private static Predicate<JsonObject> is(String type, String secret) {
    return event ->
        type(event).equals(type) && secret.equals(event.getJsonObject("data").getString("name"));
  }

  private static String type(JsonObject event) {
    return event.getString("type");
  }
}
