package io.hushbus.lease;

import io.hushbus.model.EntryName;
import io.hushbus.model.LeaseId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.secret.EntrySize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the leases of an environment are put in place: which entry of which lease goes into which
 * variable and which file. Pure.
 *
 * @param missing the needs that were not leased, all of them optional
 * @param refused the needs that were leased and cannot be put where they should be
 */
public record Exposure(
    List<Placed> variables, List<Placed> files, List<Need> missing, List<Refused> refused) {

  /** One entry of a lease, under the name of a variable or the path of a file. */
  public record Placed(String name, LeaseId lease, EntryName entry) {}

  /** A need that does not fit what its secret is. */
  public record Refused(Need need, Placement placement) {}

  /** What was leased under a name. */
  public record Held(SecretName asked, LeaseId lease, SecretType type, List<EntrySize> entries) {}

  public Exposure {
    variables = List.copyOf(variables);
    files = List.copyOf(files);
    missing = List.copyOf(missing);
    refused = List.copyOf(refused);
  }

  /** Puts what is held where the needs want it. */
  public static Exposure of(List<Need> needs, List<Held> held) {
    Map<String, Held> byName = new HashMap<>();
    held.forEach(one -> byName.put(one.asked().folded(), one));
    List<Need> there =
        needs.stream().filter(need -> byName.containsKey(need.secret().folded())).toList();
    List<Held> holding =
        there.stream()
            .flatMap(need -> Optional.ofNullable(byName.get(need.secret().folded())).stream())
            .toList();
    List<Placement> alone = new ArrayList<>();
    for (int i = 0; i < there.size(); i++) {
      alone.add(Placement.of(there.get(i), shape(holding.get(i))));
    }
    List<Placement> apart = Placement.apart(alone);
    List<Placed> variables = new ArrayList<>();
    List<Placed> files = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    for (int i = 0; i < there.size(); i++) {
      Placement placement = apart.get(i);
      LeaseId lease = holding.get(i).lease();
      placement.variables().forEach(item -> variables.add(placed(item, lease)));
      placement.files().forEach(item -> files.add(placed(item, lease)));
      if (placement.outcome() != Outcome.OK) {
        refused.add(new Refused(there.get(i), placement));
      }
    }
    List<Need> missing =
        needs.stream().filter(need -> !byName.containsKey(need.secret().folded())).toList();
    return new Exposure(variables, files, missing, refused);
  }

  private static Placed placed(Placement.Item item, LeaseId lease) {
    return new Placed(item.name(), lease, item.entry());
  }

  private static Placement.Shape shape(Held held) {
    return new Placement.Shape(held.type(), held.entries());
  }
}
