package io.hushbus.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * G11: every acknowledged change and disclosure has one record of its request, every record has its
 * request, and the chains verify. A record may be there for what nobody heard the end of, once for
 * each such operation.
 *
 * <p>Reads the entries {@code audit}, with the request, the action and, where the record has it,
 * the key of what it is about; and {@code chain}, with the finding of the verification.
 */
public final class AuditChecker implements Checker {

  private static final String RULE = "audit";

  private final Map<String, String> actions;

  /**
   * @param actions what an operation is called in the audit; others leave no record
   */
  public AuditChecker(Map<String, String> actions) {
    this.actions = Map.copyOf(actions);
  }

  @Override
  public List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    Map<String, List<Entry>> records = new HashMap<>();
    history
        .only(entry -> entry.is("audit"))
        .forEach(
            record ->
                records
                    .computeIfAbsent(record.result().getString("request"), r -> new ArrayList<>())
                    .add(record));
    List<Entry> asked = history.only(entry -> actions.containsKey(entry.op()));
    for (Entry op : asked) {
      if (op.ok()) {
        recorded(op, records, found);
      }
    }
    explained(history, asked, found);
    history
        .only(entry -> entry.is("chain") && !entry.result().getBoolean("verified"))
        .forEach(broken -> found.add(Violation.of(RULE, "the chain does not verify", broken)));
    return found;
  }

  private void recorded(Entry op, Map<String, List<Entry>> records, List<Violation> found) {
    String request = op.result("request").orElse("");
    String action = action(op);
    List<Entry> of =
        records.getOrDefault(request, List.of()).stream()
            .filter(record -> record.result().getString("action").equals(action))
            .toList();
    if (of.isEmpty()) {
      found.add(Violation.of(RULE, "no record of what was answered", op));
    } else if (of.size() > 1) {
      found.add(Violation.of(RULE, "two records of one request", op, of.get(0), of.get(1)));
    }
  }

  /** Each record is of an operation that was answered, or there is one left without an answer. */
  private void explained(History history, List<Entry> asked, List<Violation> found) {
    Map<String, Entry> answered = new HashMap<>();
    Map<String, Integer> open = new LinkedHashMap<>();
    for (Entry op : asked) {
      op.result("request").ifPresent(request -> answered.put(request, op));
      if (op.info()) {
        open.merge(place(action(op), op.key()), 1, Integer::sum);
      }
    }
    for (Entry record : history.only(entry -> entry.is("audit"))) {
      String action = record.result().getString("action");
      if (!actions.containsValue(action)) {
        continue;
      }
      Entry op = answered.get(record.result().getString("request"));
      if (op == null || op.info()) {
        unheard(record, open, place(action, record.key()), found);
      } else if (!op.ok()) {
        found.add(Violation.of(RULE, "a record of what was refused", op, record));
      }
    }
  }

  private static void unheard(
      Entry record, Map<String, Integer> open, String place, List<Violation> found) {
    if (open.merge(place, -1, Integer::sum) < 0) {
      found.add(Violation.of(RULE, "a record of what nobody asked for", record));
    }
  }

  private String action(Entry op) {
    return Objects.requireNonNull(actions.get(op.op()), op::op);
  }

  private static String place(String action, String key) {
    return action + " " + key;
  }
}
