package io.hushbus.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.LeaseId;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which notices about its secret are for the holder of a lease. */
final class HeldLeaseTest {

  private static final String ANNOUNCED = "io.hushbus.secret.version.announced.v1";
  private static final String STAGED = "io.hushbus.secret.version.staged.v1";
  private static final String REVOKED = "io.hushbus.lease.revoked.v1";
  private static final Instant END = Instant.parse("2026-11-21T08:00:00Z");
  private static final UUID LEASE = new UUID(1, 0x80);
  private static final UUID RUN = new UUID(2, 2);
  private static final UUID ADOPTION = new UUID(3, 3);
  private static final SecretId SECRET = new SecretId(new UUID(4, 4));
  private static final HeldLease OWN = lease(Optional.empty());
  private static final HeldLease ADOPTED = lease(Optional.of(ADOPTION));

  private static HeldLease lease(Optional<UUID> adoption) {
    return new HeldLease(
        new LeaseId(LEASE), SECRET, 4, 4, Optional.of(new RunId(RUN)), adoption, END);
  }

  @Test
  void what_was_committed_while_it_was_held_is_for_it_and_a_minute_longer_for_its_end() {
    Map<String, Object> data = Map.of();
    assertThat(OWN.isTold(ANNOUNCED, END.minusSeconds(1), data)).isTrue();
    assertThat(OWN.isTold(ANNOUNCED, END.plusSeconds(60), data)).isTrue();
    assertThat(OWN.isTold(ANNOUNCED, END.plusSeconds(61), data)).isFalse();
  }

  @Test
  void what_is_told_in_another_project_that_adopted_the_secret_is_not_for_it() {
    Map<String, Object> here = Map.of();
    Map<String, Object> there = Map.of("adoption_id", ADOPTION.toString());
    Map<String, Object> elsewhere = Map.of("adoption_id", RUN.toString());
    assertThat(OWN.isTold(ANNOUNCED, END, there)).isFalse();
    assertThat(ADOPTED.isTold(ANNOUNCED, END, there)).isTrue();
    assertThat(ADOPTED.isTold(ANNOUNCED, END, here)).isFalse();
    assertThat(ADOPTED.isTold(ANNOUNCED, END, elsewhere)).isFalse();
  }

  @Test
  void the_end_of_leases_is_for_those_that_are_named_or_for_all_on_the_secret() {
    Map<String, Object> mine = Map.of("lease_id", LEASE.toString());
    Map<String, Object> anothers = Map.of("lease_id", RUN.toString());
    assertThat(OWN.isTold(REVOKED, END, mine)).isTrue();
    assertThat(OWN.isTold(REVOKED, END, anothers)).isFalse();
    assertThat(ADOPTED.isTold(REVOKED, END, Map.of("leases", List.of(mine, anothers)))).isTrue();
    assertThat(OWN.isTold(REVOKED, END, Map.of("leases", List.of(anothers)))).isFalse();
    assertThat(OWN.isTold(REVOKED, END, Map.of("count", 2))).isTrue();
  }

  @Test
  void the_end_of_all_leases_on_a_secret_is_for_those_by_adoption_too() {
    Map<String, Object> all = revoked(Map.of("secret_id", SECRET.toString()));
    assertThat(OWN.isTold(REVOKED, END, all)).isTrue();
    assertThat(ADOPTED.isTold(REVOKED, END, all)).isTrue();
  }

  @Test
  void the_end_of_the_leases_on_a_version_is_for_those_that_hold_it() {
    assertThat(OWN.isTold(REVOKED, END, revoked(ofVersion(3)))).isFalse();
    assertThat(OWN.isTold(REVOKED, END, revoked(ofVersion(4)))).isTrue();
    assertThat(ADOPTED.isTold(REVOKED, END, revoked(ofVersion(4)))).isTrue();
    assertThat(ADOPTED.isTold(REVOKED, END, revoked(ofVersion(5)))).isFalse();
  }

  private static Map<String, Object> ofVersion(int version) {
    return Map.of("secret_id", SECRET.toString(), "version", version);
  }

  private static Map<String, Object> revoked(Map<String, Object> selector) {
    return Map.of("selector", selector, "count", 2);
  }

  @Test
  void a_staged_version_is_for_canaries_and_for_those_whose_lot_is_in_the_share() {
    assertThat(OWN.isTold(STAGED, END, wave("runs", RUN))).isTrue();
    assertThat(OWN.isTold(STAGED, END, wave("leases", LEASE))).isTrue();
    assertThat(OWN.isTold(STAGED, END, wave("runs", LEASE))).isFalse();
    assertThat(OWN.isTold(STAGED, END, wave(50))).isFalse(); // its lot is 50 of a hundred
    assertThat(OWN.isTold(STAGED, END, wave(51))).isTrue();
    assertThat(ADOPTED.isTold(STAGED, END, wave(51))).isTrue();
  }

  private static Map<String, Object> wave(int share) {
    return Map.of("rotation", new UUID(5, 0).toString(), "share", share);
  }

  private static Map<String, Object> wave(String of, UUID canary) {
    Map<String, Object> wave = new HashMap<>(wave(0));
    wave.put(of, List.of(canary.toString()));
    return wave;
  }
}
