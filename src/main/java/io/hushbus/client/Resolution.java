package io.hushbus.client;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a task would get, before it is started: no value, no lease.
 *
 * @param ok whether a task would start with all of it
 * @param needs what becomes of each, in their order
 */
public record Resolution(boolean ok, List<Found> needs) {

  /**
   * What becomes of one need.
   *
   * @param outcome {@code ok}, or why not: {@code missing}, {@code forbidden}, {@code not_adopted},
   *     {@code wrong_type}, {@code clash}, {@code too_large_for_env}
   * @param reason more of it, such as {@code no_such_key}
   * @param variables where its entries go; the lease of a placement is empty
   */
  public record Found(
      String secret,
      Optional<String> key,
      boolean optional,
      String outcome,
      Optional<String> reason,
      Optional<String> type,
      OptionalLong version,
      List<Granted.Placement> variables,
      List<Granted.Placement> files) {

    static Found of(Json json) {
      return new Found(
          json.text("secret"),
          json.optionalText("key"),
          json.truth("optional").orElse(false),
          json.text("outcome"),
          json.optionalText("reason"),
          json.optionalText("type"),
          json.optionalNumber("version"),
          json.objects("variables").stream().map(Granted.Placement::of).toList(),
          json.objects("files").stream().map(Granted.Placement::of).toList());
    }

    public boolean ok() {
      return outcome.equals("ok");
    }
  }

  static Resolution of(Json json) {
    return new Resolution(
        json.truth("ok").orElse(false), json.objects("needs").stream().map(Found::of).toList());
  }

  /** What keeps a task from starting, all of it. */
  public List<Found> inTheWay() {
    return needs.stream().filter(one -> !one.ok() && !absentAndOptional(one)).toList();
  }

  private static boolean absentAndOptional(Found one) {
    return one.optional() && List.of("missing", "forbidden", "not_adopted").contains(one.outcome());
  }
}
