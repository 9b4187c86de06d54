package io.hushbus.rotation;

import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.lease.Holders;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.Secret;
import io.hushbus.secret.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What readers are told of a rotation: ids, numbers, times. */
final class Told {

  private Told() {}

  static Map<String, Object> of(Rotation rotation) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("rotation", rotation.id().toString());
    data.put("from_version", rotation.from());
    data.put("to_version", rotation.to());
    data.put("strategy", rotation.strategy().word());
    data.put("phase", rotation.phase().word());
    rotation.deadline().ifPresent(at -> data.put("drain_deadline", at.toString()));
    rotation.undoes().ifPresent(id -> data.put("undoes", id.toString()));
    rotation.end().ifPresent(end -> data.putAll(end(end)));
    return data;
  }

  private static Map<String, Object> end(Rotation.End end) {
    return Map.of(
        "holders",
        Map.of("total", end.total(), "moved", end.moved(), "failed", end.failed()),
        "laggards_total",
        end.laggards(),
        "laggards",
        end.named().stream()
            .map(one -> Map.of("lease", one.lease().toString(), "holder", one.holder()))
            .toList());
  }

  static Map<String, Object> progress(Rotation rotation, Holders.Counts counts) {
    Map<String, Object> data = of(rotation);
    data.put(
        "holders",
        Map.of(
            "total", counts.total(),
            "moved", counts.moved(),
            "pending", counts.pending(),
            "failed", counts.failed()));
    return data;
  }

  /** As every new version is announced. */
  static Map<String, Object> announced(Rotation rotation) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("version", rotation.to());
    data.put("previous_version", rotation.from());
    data.put("rotation", rotation.id().toString());
    rotation.deadline().ifPresent(at -> data.put("drain_deadline", at.toString()));
    return data;
  }

  /** To those who get the version first: the canaries by name, a wave by its share of a hundred. */
  static Fact staged(Secret head, Rotation rotation, Version version) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("version", version.number());
    data.put("previous_version", rotation.from());
    data.put("rotation", rotation.id().toString());
    data.put("stage", rotation.stage());
    data.put("share", rotation.staging().share(rotation.stage()));
    data.put("runs", texts(rotation.staging().runs().stream().sorted().toList()));
    data.put("leases", texts(rotation.staging().leases().stream().sorted().toList()));
    return Lineage.fact(EventType.SECRET_VERSION_STAGED, head, data);
  }

  private static List<String> texts(List<UUID> ids) {
    return ids.stream().map(UUID::toString).toList();
  }
}
