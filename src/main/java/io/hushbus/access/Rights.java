package io.hushbus.access;

import io.hushbus.model.Action;
import io.hushbus.model.Caller.AtCommunity;
import io.hushbus.model.Caller.Binding;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What one role gives where it was given, to be shown: read off the rules, and never asked instead
 * of them.
 *
 * @param all what may be done to everything there
 * @param own what may be done to one's own things only
 * @param above of a role at a project: what it gives over what is the tenant's as a whole
 */
public record Rights(List<Action> all, List<Action> own, List<Action> above) {

  public static Rights of(Binding binding) {
    return of(
        action -> AccessRule.extent(List.of(binding), action, binding.project()),
        binding.project().isEmpty()
            ? List.of()
            : those(
                Extent.ALL,
                action -> AccessRule.extent(List.of(binding), action, Optional.empty())));
  }

  public static Rights of(AtCommunity role) {
    return of(
        action ->
            AccessRule.extent(List.of(), List.of(role), action, Optional.of(role.community())),
        List.of());
  }

  private static Rights of(Function<Action, Extent> rule, List<Action> above) {
    return new Rights(those(Extent.ALL, rule), those(Extent.OWN, rule), above);
  }

  private static List<Action> those(Extent extent, Function<Action, Extent> rule) {
    return Stream.of(Action.values()).filter(action -> rule.apply(action) == extent).toList();
  }
}
