package io.hushbus.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each checker on histories written by hand: a correct one, and each kind of defect. */
final class CheckersTest {

  /** Writes a history: what begins when, and what came of it. */
  private static final class Script {
    private final List<Entry> entries = new ArrayList<>();

    Script add(
        String op, String key, long from, long to, Outcome outcome, String args, String result) {
      entries.add(
          new Entry(
              entries.size(),
              op,
              key,
              from,
              to,
              outcome,
              new JsonObject(args),
              new JsonObject(result)));
      return this;
    }

    Script ok(String op, String key, long from, long to, String args, String result) {
      return add(op, key, from, to, Outcome.OK, args, result);
    }

    Script refused(String op, String key, long from, long to, String args, String reason) {
      return add(
          op, key, from, to, Outcome.FAIL, args, new JsonObject().put("reason", reason).encode());
    }

    Script lost(String op, String key, long from, String args) {
      return add(op, key, from, Long.MAX_VALUE, Outcome.INFO, args, "{}");
    }

    Script made() {
      return ok("create", "s", 1, 2, "{\"value\":1}", "{\"version\":1}");
    }

    Script put(long from, long to, int value, int version) {
      return ok("put", "s", from, to, "{\"value\":" + value + "}", "{\"version\":" + version + "}");
    }

    Script read(long from, long to, int version, int value) {
      return ok(
          "read", "s", from, to, "{}", "{\"version\":%d,\"value\":%d}".formatted(version, value));
    }

    Script end(String key, String result) {
      return ok("final", key, 900, 900, "{}", result);
    }

    List<Violation> by(Checker checker) {
      return checker.check(History.of(entries));
    }
  }

  private static String told(int... versions) {
    JsonArray events = new JsonArray();
    for (int version : versions) {
      events.add(
          new JsonObject()
              .put("id", "e" + version)
              .put("kind", "version")
              .put("secret", "s")
              .put("version", version));
    }
    return new JsonObject().put("events", events).encode();
  }

  private static Script following(int[]... pages) {
    Script script = new Script().made().ok("subscribe", "r", 3, 4, "{}", "{}");
    script.put(5, 6, 2, 2).put(7, 8, 3, 3).end("s", "{\"version\":3}");
    for (int i = 0; i < pages.length; i++) {
      script.ok("deliver", "r", 10 + i, 11 + i, "{}", told(pages[i]));
    }
    return script;
  }

  private static Script leased() {
    return new Script()
        .ok(
            "lease",
            "s",
            1,
            2,
            "{\"most\":500,\"run\":\"job\"}",
            "{\"lease\":\"l\",\"issued\":2,\"expires\":100,\"wall\":300}");
  }

  private static void assertOne(List<Violation> found, String rule, String what) {
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().rule()).isEqualTo(rule);
    assertThat(found.getFirst().what()).contains(what);
  }

  @Test
  void a_register_whose_operations_overlap_is_correct_in_any_order() {
    Script script = new Script().made().put(3, 10, 2, 2).read(4, 5, 1, 1).read(6, 9, 2, 2);
    script.put(4, 20, 3, 3).read(11, 12, 2, 2).read(13, 14, 3, 3);
    assertThat(script.by(new RegisterChecker())).isEmpty();
  }

  @Test
  void what_nobody_heard_of_may_have_happened_late_or_never() {
    Script never = new Script().made().lost("put", "s", 3, "{\"value\":2}").read(5, 6, 1, 1);
    assertThat(never.by(new RegisterChecker())).isEmpty();
    Script late =
        new Script().made().lost("put", "s", 3, "{\"value\":2}").read(5, 6, 1, 1).read(7, 8, 2, 2);
    assertThat(late.by(new RegisterChecker())).isEmpty();
    Script back = late.read(9, 10, 1, 1);
    assertOne(back.by(new RegisterChecker()), "register", "went back");
  }

  @Test
  void a_stale_read_is_found() {
    assertOne(
        new Script().made().put(3, 4, 2, 2).read(5, 6, 1, 1).by(new RegisterChecker()),
        "register",
        "went back");
  }

  @Test
  void a_lease_that_is_advanced_to_what_is_old_is_found() {
    Script script = new Script().made().put(3, 4, 2, 2);
    script.ok("advance", "l", 5, 6, "{\"secret\":\"s\"}", "{\"version\":1,\"value\":1}");
    assertOne(script.by(new RegisterChecker()), "register", "went back");
  }

  @Test
  void a_version_that_is_made_twice_is_found() {
    assertThat(new Script().made().put(3, 9, 2, 2).put(4, 8, 3, 2).by(new RegisterChecker()))
        .extracting(Violation::what)
        .contains("one version was made twice", "one version has two values");
  }

  @Test
  void a_value_that_nobody_had_written_is_found() {
    assertOne(
        new Script().made().read(3, 4, 1, 9).by(new RegisterChecker()).subList(0, 1),
        "register",
        "two values");
    assertThat(new Script().made().read(3, 4, 2, 9).put(5, 6, 9, 2).by(new RegisterChecker()))
        .extracting(Violation::what)
        .contains("a value that nobody had written yet");
  }

  @Test
  void a_named_version_that_was_not_the_one_is_found() {
    Script script = new Script().made().put(3, 6, 2, 2);
    script.ok("put", "s", 4, 8, "{\"value\":3,\"cas\":1}", "{\"version\":3}");
    assertOne(script.by(new RegisterChecker()), "register", "another version than the named one");
  }

  @Test
  void a_refusal_without_a_reason_is_found_by_the_exact_search_and_shown_alone() {
    Script script = new Script().made();
    script.refused("put", "s", 3, 4, "{\"value\":2,\"cas\":1}", "stale");
    script.put(5, 6, 3, 2).read(7, 8, 2, 3);
    List<Violation> found = script.by(new RegisterChecker());
    assertOne(found, "register", "no order");
    assertThat(found.getFirst().evidence()).hasSize(2);
  }

  @Test
  void a_deletion_that_comes_and_goes_is_found_by_the_exact_search() {
    Script script = new Script().made().ok("delete", "s", 3, 4, "{}", "{}");
    script.refused("read", "s", 5, 6, "{}", "missing").read(7, 8, 1, 1);
    assertOne(script.by(new RegisterChecker()), "register", "no order");
    Script restored = new Script().made().ok("delete", "s", 3, 4, "{}", "{}");
    restored.refused("read", "s", 5, 6, "{}", "missing");
    restored.ok("restore", "s", 7, 8, "{}", "{\"version\":1}").read(9, 10, 1, 1);
    assertThat(restored.by(new RegisterChecker())).isEmpty();
  }

  @Test
  void what_is_there_in_the_end_or_replaced_is_not_lost() {
    Script script = new Script().made().put(3, 4, 2, 2).ok("delete", "s", 5, 6, "{}", "{}");
    script.lost("restore", "s", 7, "{}").end("s", "{\"version\":2,\"value\":2,\"deleted\":false}");
    assertThat(script.by(new LostWrites())).isEmpty();
  }

  @Test
  void lost_writes_are_found() {
    assertOne(new Script().made().by(new LostWrites()), "lost write", "the secret is gone");
    assertOne(
        new Script().made().put(3, 4, 2, 2).end("s", "{\"version\":1}").by(new LostWrites()),
        "lost write",
        "the version is gone");
    assertOne(
        new Script().made().end("s", "{\"version\":1,\"value\":7}").by(new LostWrites()),
        "lost write",
        "another value");
    assertThat(
            new Script().made().end("s", "{\"version\":1,\"deleted\":true}").by(new LostWrites()))
        .extracting(Violation::what)
        .containsOnly("deleted by nobody");
    assertOne(
        new Script()
            .made()
            .ok("delete", "s", 3, 4, "{}", "{}")
            .end("s", "{\"version\":1}")
            .by(new LostWrites()),
        "lost write",
        "a deletion is undone");
  }

  @Test
  void lost_writes_of_leases_are_found() {
    Script kept = leased().ok("renew", "l", 5, 6, "{}", "{\"expires\":110}");
    kept.end("l", "{\"state\":\"active\",\"expires\":110}");
    assertThat(kept.by(new LostWrites())).isEmpty();
    assertOne(
        leased().end("other", "{\"state\":\"active\"}").by(new LostWrites()),
        "lost write",
        "the lease is gone");
    assertOne(
        leased()
            .ok("revoke", "l", 5, 6, "{}", "{}")
            .end("l", "{\"state\":\"active\",\"expires\":100}")
            .by(new LostWrites()),
        "lost write",
        "a revoked lease lives");
    assertOne(
        leased()
            .ok("renew", "l", 5, 6, "{}", "{\"expires\":110}")
            .end("l", "{\"state\":\"active\",\"expires\":100}")
            .by(new LostWrites()),
        "lost write",
        "a renewal is undone");
  }

  @Test
  void all_since_the_start_in_order_once_or_again_is_delivered() {
    assertThat(following(new int[] {2}, new int[] {2, 3}).by(new DeliveryChecker())).isEmpty();
    assertThat(following(new int[] {1, 2, 3}).by(new DeliveryChecker())).isEmpty();
  }

  @Test
  void defects_of_delivery_are_found() {
    assertOne(
        following(new int[] {3}).by(new DeliveryChecker()), "delivery", "never told of version 2");
    assertOne(
        following(new int[] {2}).by(new DeliveryChecker()), "delivery", "never told of version 3");
    assertOne(following().by(new DeliveryChecker()), "delivery", "never told of version 2");
    assertOne(
        following(new int[] {3}, new int[] {2}).by(new DeliveryChecker()),
        "delivery",
        "an older version after a newer");
    assertOne(
        following(new int[] {2, 3, 4}).by(new DeliveryChecker()), "delivery", "not committed: 4");
    assertOne(
        following(new int[] {2, 3})
            .ok("deliver", "r", 20, 21, "{}", told(3).replace("e3", "other"))
            .by(new DeliveryChecker()),
        "delivery",
        "two events for one version");
    assertOne(
        following(new int[] {2, 3}).ok("reset", "r", 20, 21, "{}", "{}").by(new DeliveryChecker()),
        "delivery",
        "a cursor was lost");
  }

  @Test
  void a_read_that_is_older_than_its_notice_is_found() {
    assertThat(following(new int[] {2, 3}).read(20, 21, 3, 3).by(new DeliveryChecker())).isEmpty();
    assertThat(following(new int[] {2, 3}).read(9, 21, 2, 2).by(new DeliveryChecker())).isEmpty();
    assertOne(
        following(new int[] {2, 3}).read(20, 21, 2, 2).by(new DeliveryChecker()),
        "notice",
        "read older than its notice");
  }

  @Test
  void a_lease_that_is_used_in_its_time_is_correct() {
    Script script = leased().ok("renew", "l", 50, 51, "{}", "{\"expires\":200,\"wall\":300}");
    script.ok("advance", "l", 150, 151, "{}", "{\"expires\":200}");
    script.ok("look", "l", 250, 251, "{}", "{\"state\":\"expired\"}");
    script.refused("renew", "l", 252, 253, "{}", "gone");
    assertThat(script.by(new LeaseChecker(0))).isEmpty();
  }

  @Test
  void defects_of_leases_are_found() {
    assertOne(
        leased().ok("advance", "l", 100, 101, "{}", "{}").by(new LeaseChecker(0)),
        "lease",
        "used after its time");
    assertThat(leased().ok("advance", "l", 100, 101, "{}", "{}").by(new LeaseChecker(5))).isEmpty();
    assertOne(
        leased().ok("look", "l", 120, 121, "{}", "{\"state\":\"active\"}").by(new LeaseChecker(0)),
        "lease",
        "used after its time");
    assertOne(
        leased()
            .ok("revoke", "l", 5, 6, "{}", "{}")
            .ok("renew", "l", 7, 8, "{}", "{\"expires\":110}")
            .by(new LeaseChecker(0)),
        "lease",
        "used after it was revoked");
    assertOne(
        leased()
            .ok("complete", "job", 5, 6, "{}", "{}")
            .ok("advance", "l", 7, 8, "{}", "{}")
            .by(new LeaseChecker(0)),
        "lease",
        "after the end of its run");
    assertOne(
        leased().ok("renew", "l", 7, 8, "{}", "{\"expires\":301}").by(new LeaseChecker(0)),
        "lease",
        "past its wall");
    assertOne(
        new Script()
            .ok(
                "lease",
                "s",
                1,
                2,
                "{\"most\":10}",
                "{\"lease\":\"l\",\"issued\":2,\"expires\":5,\"wall\":300}")
            .by(new LeaseChecker(0)),
        "lease",
        "the wall is farther");
  }

  @Test
  void a_renewal_that_nobody_heard_of_may_have_been_long() {
    Script script = leased().lost("renew", "l", 50, "{}");
    assertThat(script.ok("advance", "l", 150, 151, "{}", "{}").by(new LeaseChecker(0))).isEmpty();
  }

  @Test
  void one_winner_and_no_more_and_no_fewer() {
    String race = "{\"single\":\"cas 1\",\"must\":true}";
    Script fair = new Script().ok("put", "s", 1, 5, race, "{}");
    assertThat(fair.refused("put", "s", 2, 4, race, "stale").by(new OneWinner())).isEmpty();
    assertOne(
        fair.ok("put", "s", 2, 6, race, "{}").by(new OneWinner()), "one winner", "more than one");
    Script none = new Script().refused("put", "s", 2, 4, race, "stale");
    assertOne(none.by(new OneWinner()), "one winner", "nobody won");
    assertThat(none.lost("put", "s", 3, race).by(new OneWinner())).isEmpty();
    Script again =
        new Script()
            .ok("lease", "s", 1, 2, "{\"single\":\"k\"}", "{\"won\":\"l\"}")
            .ok("lease", "s", 3, 4, "{\"single\":\"k\"}", "{\"won\":\"l\"}");
    assertThat(again.by(new OneWinner())).isEmpty();
    assertOne(
        again.ok("lease", "s", 3, 4, "{\"single\":\"k\"}", "{\"won\":\"m\"}").by(new OneWinner()),
        "one winner",
        "more than one");
  }

  private static final AuditChecker AUDIT = new AuditChecker(Map.of("put", "secret_change"));
  private static final String RECORD = "{\"request\":\"r1\",\"action\":\"secret_change\"}";

  @Test
  void requests_and_records_join_both_ways() {
    Script script = new Script().ok("put", "s", 1, 2, "{}", "{\"request\":\"r1\"}");
    script.ok("audit", "s", 9, 9, "{}", RECORD).ok("chain", "t", 9, 9, "{}", "{\"verified\":true}");
    assertThat(script.by(AUDIT)).isEmpty();
    assertOne(script.ok("audit", "s", 9, 9, "{}", RECORD).by(AUDIT), "audit", "two records");
  }

  @Test
  void a_record_without_an_answer_needs_a_request_that_nobody_heard_of() {
    Script script = new Script().lost("put", "s", 1, "{}").ok("audit", "s", 9, 9, "{}", RECORD);
    assertThat(script.by(AUDIT)).isEmpty();
    Script more = script.ok("audit", "s", 9, 9, "{}", RECORD.replace("r1", "r2"));
    assertOne(more.by(AUDIT), "audit", "nobody asked for");
  }

  @Test
  void defects_of_the_audit_are_found() {
    Script unrecorded = new Script().ok("put", "s", 1, 2, "{}", "{\"request\":\"r1\"}");
    assertOne(unrecorded.by(AUDIT), "audit", "no record");
    Script refused =
        new Script()
            .add("put", "s", 1, 2, Outcome.FAIL, "{}", "{\"request\":\"r1\",\"reason\":\"stale\"}")
            .ok("audit", "s", 9, 9, "{}", RECORD);
    assertOne(refused.by(AUDIT), "audit", "what was refused");
    Script broken = new Script().ok("chain", "t", 9, 9, "{}", "{\"verified\":false}");
    assertOne(broken.by(AUDIT), "audit", "does not verify");
  }

  @Test
  void resources_stay_under_their_caps_and_come_back() {
    ResourceChecker checker =
        new ResourceChecker(Map.of("connections", new ResourceChecker.Cap(10, 4)));
    Script script = new Script().ok("sample", "n", 1, 1, phase("load"), "{\"connections\":9}");
    assertOne(script.by(checker), "resources", "nobody looked");
    script.ok("sample", "n", 2, 2, phase("rest"), "{\"connections\":4}");
    assertThat(script.by(checker)).isEmpty();
    script.ok("sample", "n", 3, 3, phase("rest"), "{\"connections\":5}");
    assertOne(script.by(checker), "resources", "at rest");
    assertThat(
            new Script()
                .ok("sample", "n", 1, 1, phase("load"), "{\"connections\":11}")
                .ok("sample", "n", 2, 2, phase("rest"), "{\"connections\":4}")
                .by(checker))
        .extracting(Violation::what)
        .containsExactly("too much connections under load");
  }

  private static String phase(String phase) {
    return new JsonObject().put("phase", phase).encode();
  }

  @Test
  void a_history_in_a_file_can_be_read_while_it_is_written(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("history.jsonl");
    try (History history = History.in(file, () -> 5)) {
      history.note("final", "s", new JsonObject(), new JsonObject().put("version", 1));
      assertThat(Files.readAllLines(file))
          .singleElement()
          .satisfies(line -> assertThat(new JsonObject(line).getString("op")).isEqualTo("final"));
    }
  }
}
