package io.hushbus.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * G9: of all who try the same single-use thing, one gets it. A try has the argument {@code single};
 * what it won is its {@code won}: asking again under the same key may win the same again. Where
 * each has the argument {@code must}, they cannot all have lost.
 */
public final class OneWinner implements Checker {

  private static final String RULE = "one winner";

  /** Why somebody who tried has lost to another; any other refusal is no sign of a winner. */
  private static final Set<String> LOST = Set.of("stale", "taken");

  @Override
  public List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    Map<String, List<Entry>> contests = new LinkedHashMap<>();
    history
        .only(entry -> entry.args().containsKey("single"))
        .forEach(
            entry ->
                contests
                    .computeIfAbsent(entry.arg("single").orElseThrow(), one -> new ArrayList<>())
                    .add(entry));
    contests.forEach((contest, tries) -> check(contest, tries, found));
    return found;
  }

  private static void check(String contest, List<Entry> tries, List<Violation> found) {
    Map<String, Entry> winners =
        tries.stream()
            .filter(Entry::ok)
            .collect(
                Collectors.toMap(
                    won -> won.result("won").orElse(won.invoked() + "/" + won.process()),
                    won -> won,
                    (one, other) -> one,
                    LinkedHashMap::new));
    if (winners.size() > 1) {
      found.add(
          new Violation(
              RULE, "more than one won " + contest, List.copyOf(winners.values()).subList(0, 2)));
    }
    boolean allLost =
        tries.stream()
            .allMatch(
                one ->
                    one.args().getBoolean("must", false)
                        && LOST.stream().anyMatch(one::refusedFor));
    if (allLost) {
      found.add(new Violation(RULE, "nobody won " + contest, tries));
    }
  }
}
