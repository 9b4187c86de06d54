package io.hushbus.history;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * The checkers find nothing in what a correct broker shows, and find each defect that they are for:
 * the same work, the same deaths of nodes, one thing wrong.
 */
final class MutantsTest {

  private static final int NODES = 3;
  private static final int CALLERS = 5;
  private static final int REQUESTS = 700;
  private static final int SEEDS = 6;
  private static final long MILLI = 1_000_000;

  /** What of the work the audit of the model knows. */
  private static final Map<String, String> ACTIONS =
      Map.of("create", "create", "put", "put", "delete", "delete", "restore", "restore");

  private static final Map<String, String> DISCLOSURES = Map.of("lease", "lease");

  @Test
  void a_correct_broker_passes_whatever_the_seed() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      RegisterChecker register = new RegisterChecker();
      History history = history(turns -> new ModelBroker(turns, NODES), seed);
      List<Violation> found = new ArrayList<>(register.check(history));
      found.addAll(others(history));
      assertThat(found).as("seed " + seed).isEmpty();
      assertThat(register.depth().undecided()).as("searched in full").isZero();
      assertThat(register.depth().decided()).isPositive();
    }
  }

  @Test
  void the_same_seed_gives_the_same_history() {
    assertThat(history(turns -> new ModelBroker(turns, NODES), 7).entries())
        .isEqualTo(history(turns -> new ModelBroker(turns, NODES), 7).entries());
  }

  @Test
  void the_stale_cache_is_caught() {
    assertThat(rules(Mutants.StaleCache::new)).contains("register", "notice");
  }

  @Test
  void the_notice_before_the_commit_is_caught() {
    assertThat(rules(Mutants.NoticeBeforeCommit::new)).contains("notice");
  }

  @Test
  void the_cursor_by_sequence_is_caught() {
    assertThat(rules(Mutants.CursorBySequence::new)).containsExactly("delivery");
  }

  @Test
  void the_revocation_that_other_nodes_ignore_is_caught() {
    assertThat(rules(Mutants.RevokedHere::new)).contains("lease");
  }

  @Test
  void the_renewal_without_a_wall_is_caught() {
    assertThat(rules(Mutants.NoClamp::new)).containsExactly("lease");
  }

  @Test
  void the_comparison_outside_the_transaction_is_caught() {
    assertThat(rules(Mutants.CasOutside::new)).contains("register", "one winner");
  }

  @Test
  void the_expiry_by_sweeper_is_caught() {
    assertThat(rules(Mutants.SweeperOnly::new)).containsExactly("lease");
  }

  @Test
  void the_answer_before_the_commit_is_caught() {
    assertThat(rules(Mutants.AnswerBeforeCommit::new)).contains("lost write", "register");
  }

  @Test
  void the_record_after_the_value_is_caught() {
    assertThat(rules(Mutants.RecordLater::new)).containsExactly("audit");
  }

  @Test
  void the_record_of_a_refusal_is_caught() {
    assertThat(rules(Mutants.RecordsRefusals::new)).containsExactly("audit");
  }

  @Test
  void the_key_that_is_looked_up_without_a_lock_is_caught() {
    assertThat(rules(Mutants.OnceUnlocked::new)).containsExactly("one winner");
  }

  @Test
  void the_version_that_is_used_again_is_caught() {
    assertThat(rules(Mutants.VersionsAgain::new)).contains("register");
  }

  /** The rules broken in a bounded number of histories. */
  private static Set<String> rules(Function<Turns, ModelBroker> broken) {
    Set<String> rules = new TreeSet<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      History history = history(broken, seed);
      List<Violation> found = new ArrayList<>(new RegisterChecker().check(history));
      found.addAll(others(history));
      rules.addAll(found.stream().map(Violation::rule).collect(toSet()));
      assertThat(found).allSatisfy(one -> assertThat(one.evidence()).isNotEmpty());
    }
    return rules;
  }

  private static List<Violation> others(History history) {
    return List.of(
            new LostWrites(),
            new DeliveryChecker(),
            new LeaseChecker(0),
            new OneWinner(),
            new AuditChecker(ACTIONS),
            new AuditChecker(DISCLOSURES))
        .stream()
        .flatMap(checker -> checker.check(history).stream())
        .toList();
  }

  private static History history(Function<Turns, ModelBroker> made, long seed) {
    Turns turns = new Turns(seed);
    ModelBroker broker = made.apply(turns);
    History history = History.of(turns::now);
    Workload work =
        new Workload(
            seed,
            new Workload.Shape("s", NODES, 4, 40, 300 * MILLI, 500 * MILLI, turns::point),
            broker,
            history);
    for (int number = 0; number < CALLERS; number++) {
      turns.add(work.caller(number, () -> work.asked() < REQUESTS));
    }
    turns.add(() -> nemesis(broker, turns, new Random(seed), work));
    int[] left = {400};
    for (int number = 10; number < 13; number++) {
      turns.add(work.reader(number, "poll", () -> work.asked() < REQUESTS || left[0]-- > 0));
    }
    turns.run();
    broker.end(history);
    return history;
  }

  /** Nodes die and work by themselves until the work is over, and then once more. */
  private static void nemesis(ModelBroker broker, Turns turns, Random random, Workload work) {
    while (work.asked() < REQUESTS) {
      for (int i = random.nextInt(40); i > 0; i--) {
        turns.point();
      }
      int node = random.nextInt(NODES);
      if (random.nextInt(6) == 0) {
        broker.kill(node);
      }
      broker.housekeeping(random.nextInt(NODES));
    }
    for (int node = 0; node < NODES; node++) {
      broker.housekeeping(node);
    }
  }
}
