package io.hushbus.rotation;

import io.hushbus.event.Change;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Trace;
import io.hushbus.lease.Lease;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** What is told of leases that ended with their version: one notice for those of one place. */
final class Revoked {

  private record Place(Optional<UUID> project, Optional<UUID> domain) {}

  private Revoked() {}

  static Change<Integer> change(Rotation rotation, Trace trace, List<Lease> holders) {
    Map<Place, List<Lease>> places =
        holders.stream()
            .collect(
                Collectors.groupingBy(
                    one -> new Place(one.project(), one.domain()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Fact> facts = new ArrayList<>();
    places.forEach((place, those) -> facts.add(fact(rotation, place, those)));
    return new Change<>(
        holders.size(),
        List.of(
            trace.with(
                Map.of(
                    "rotation", rotation.id().toString(),
                    "leases", holders.stream().map(one -> one.id().toString()).toList()))),
        facts);
  }

  private static Fact fact(Rotation rotation, Place place, List<Lease> holders) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("selector", Map.of("rotation", rotation.id().toString()));
    data.put("secret_id", rotation.secret().toString());
    data.put("count", holders.size());
    data.put(
        "leases",
        holders.stream()
            .map(
                one ->
                    Map.of(
                        "lease_id", one.id().toString(),
                        "holder", one.principal().toString(),
                        "version", one.version()))
            .toList());
    return new Fact(
        EventType.LEASE_REVOKED,
        "secrets/" + rotation.secret(),
        place.project(),
        place.domain(),
        data);
  }
}
