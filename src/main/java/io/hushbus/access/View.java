package io.hushbus.access;

import io.hushbus.model.Action;
import io.hushbus.model.Caller.Binding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What of a tenant somebody may see of one kind of thing: for filtering lists.
 *
 * @param everything all of the tenant; then {@code projects} says nothing
 * @param projects all in these projects
 * @param own besides, whatever is the caller's own
 */
public record View(boolean everything, Set<UUID> projects, boolean own) {

  static View of(List<Binding> bindings, Action action) {
    Set<UUID> projects =
        bindings.stream()
            .filter(
                binding ->
                    AccessRule.extent(List.of(binding), action, binding.project()) == Extent.ALL)
            .flatMap(binding -> binding.project().stream())
            .collect(Collectors.toUnmodifiableSet());
    return new View(atTenant(bindings, action), projects, own(bindings, action));
  }

  /** Whether there is nothing at all to see. */
  public boolean nothing() {
    return !everything && projects.isEmpty() && !own;
  }

  /** The projects to which a list has to be narrowed; empty: none, all may be seen. */
  public Optional<Set<UUID>> only() {
    return everything ? Optional.empty() : Optional.of(projects);
  }

  private static boolean atTenant(List<Binding> bindings, Action action) {
    return bindings.stream()
        .anyMatch(
            binding ->
                binding.project().isEmpty()
                    && AccessRule.extent(binding.role(), action) == Extent.ALL);
  }

  private static boolean own(List<Binding> bindings, Action action) {
    return bindings.stream()
        .anyMatch(binding -> AccessRule.extent(binding.role(), action) == Extent.OWN);
  }
}
