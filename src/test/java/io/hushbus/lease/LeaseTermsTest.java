package io.hushbus.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** G8, N-65, N-66 as arithmetic. */
final class LeaseTermsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final LeaseTerms.Limits LIMITS =
      new LeaseTerms.Limits(Duration.ofMinutes(15), Duration.ofHours(1));

  @Test
  void n65_the_instant_of_expiry_is_too_late_and_the_millisecond_before_is_not() {
    LeaseTerms terms = granted(Duration.ofMinutes(5));
    Instant end = NOON.plus(Duration.ofMinutes(5));
    assertThat(terms.expiredAt(end.minusMillis(1))).isFalse();
    assertThat(terms.expiredAt(end)).isTrue();
    assertThat(terms.expiredAt(end.plusMillis(1))).isTrue();
  }

  @Test
  void whoever_asks_for_no_time_gets_the_usual() {
    LeaseTerms terms = LeaseTerms.granted(NOON, Optional.empty(), LIMITS);
    assertThat(terms.expiresAt()).isEqualTo(NOON.plus(LIMITS.defaultTtl()));
    assertThat(terms.maxExpiresAt()).isEqualTo(NOON.plus(LIMITS.maxTtl()));
  }

  @Test
  void n66_zero_and_less_are_refused() {
    for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThatThrownBy(() -> granted(none)).isInstanceOf(Failure.Invalid.class);
      assertThatThrownBy(
              () -> granted(Duration.ofMinutes(1)).renewed(NOON, Optional.of(none), LIMITS))
          .isInstanceOf(Failure.Invalid.class);
    }
  }

  @Test
  void parts_of_a_millisecond_are_cut() {
    LeaseTerms terms = LeaseTerms.granted(NOON.plusNanos(1_999_999), Optional.empty(), LIMITS);
    assertThat(terms.issuedAt()).isEqualTo(NOON.plusMillis(1));
  }

  @Test
  void what_is_left_of_it_is_rounded_down_and_never_negative() {
    LeaseTerms terms = granted(Duration.ofSeconds(10));
    assertThat(terms.leftMillis(NOON)).isEqualTo(10_000);
    assertThat(terms.leftMillis(NOON.plusNanos(1))).isEqualTo(9_999);
    assertThat(terms.leftMillis(NOON.plusSeconds(11))).isZero();
  }

  @Test
  void a_holder_is_told_to_renew_at_two_thirds_and_not_at_the_wall() {
    assertThat(granted(Duration.ofMinutes(15)).renewInSeconds(NOON)).isEqualTo(600);
    assertThat(granted(LIMITS.maxTtl()).renewInSeconds(NOON)).isZero();
  }

  @Test
  void terms_that_end_before_they_began_or_past_their_wall_cannot_be() {
    assertThatThrownBy(() -> new LeaseTerms(NOON, NOON.minusMillis(1), NOON.plusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LeaseTerms(NOON, NOON.plusMillis(2), NOON.plusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void g8_no_sequence_of_renewals_passes_the_wall(
      @ForAll @LongRange(min = 1, max = Integer.MAX_VALUE) long first,
      @ForAll @Size(max = 30) List<@IntRange(min = 1) Integer> renewals,
      @ForAll @Size(max = 30) List<@IntRange(min = -100_000, max = 4_000_000) Integer> clock) {
    LeaseTerms terms = granted(Duration.ofMillis(first));
    Instant now = NOON;
    for (int i = 0; i < Math.min(renewals.size(), clock.size()); i++) {
      now = now.plusMillis(clock.get(i));
      terms = terms.renewed(now, Optional.of(Duration.ofMillis(renewals.get(i))), LIMITS);
      assertThat(terms.expiresAt()).isBeforeOrEqualTo(NOON.plus(LIMITS.maxTtl()));
      assertThat(terms.maxExpiresAt()).isEqualTo(NOON.plus(LIMITS.maxTtl()));
      assertThat(terms.issuedAt()).isEqualTo(NOON);
    }
  }

  @Test
  void the_property_catches_a_wall_that_moves_with_each_renewal() {
    LeaseTerms moved =
        LeaseTerms.granted(NOON.plus(Duration.ofMinutes(30)), Optional.empty(), LIMITS);
    assertThat(moved.maxExpiresAt()).isAfter(NOON.plus(LIMITS.maxTtl()));
  }

  @Property
  void a_lease_passes_none_of_its_bounds_and_says_which_one_made_it_shorter(
      @ForAll @IntRange(min = 1, max = 10_000) int asked,
      @ForAll @IntRange(min = 1, max = 10_000) int tenant,
      @ForAll @IntRange(min = 1, max = 10_000) int deadline,
      @ForAll @IntRange(min = 1, max = 10_000) int retires) {
    LeaseBounds bounds =
        LeaseBounds.of(LIMITS)
            .forTenant(Optional.of(Duration.ofSeconds(tenant)))
            .until(Optional.of(NOON.plusSeconds(deadline)))
            .retiring(Optional.of(NOON.plusSeconds(retires)));
    Map<LeaseLimit, Long> by =
        Map.of(
            LeaseLimit.BROKER, LIMITS.maxTtl().toSeconds(),
            LeaseLimit.TENANT, (long) tenant,
            LeaseLimit.RUN, (long) deadline,
            LeaseLimit.VERSION, (long) retires);
    long least = by.values().stream().mapToLong(each -> each).min().orElseThrow();
    LeaseTerms.Cut cut =
        LeaseTerms.granted(NOON, Optional.of(Duration.ofSeconds(asked)), Optional.empty(), bounds);
    assertThat(cut.terms().expiresAt()).isEqualTo(NOON.plusSeconds(Math.min(asked, least)));
    assertThat(cut.by().isPresent()).isEqualTo(asked > least);
    cut.by().ifPresent(limit -> assertThat(by.get(limit)).isEqualTo(least));
    LeaseTerms.Cut later =
        cut.terms().renewed(NOON.plusSeconds(1), Optional.of(Duration.ofSeconds(asked)), bounds);
    assertThat(later.terms().expiresAt()).isBeforeOrEqualTo(NOON.plusSeconds(least));
    assertThat(later.terms().maxExpiresAt()).isEqualTo(cut.terms().maxExpiresAt());
  }

  @Property
  void what_is_promised_holds_and_the_most_that_can_be_is_said(
      @ForAll @IntRange(min = 1, max = 10_000) int least,
      @ForAll @IntRange(min = 1, max = 10_000) int deadline) {
    LeaseBounds bounds = LeaseBounds.of(LIMITS).until(Optional.of(NOON.plusSeconds(deadline)));
    long most = Math.min(deadline, LIMITS.maxTtl().toSeconds());
    Optional<Duration> wanted = Optional.of(Duration.ofSeconds(least));
    if (least > most) {
      assertThatThrownBy(() -> LeaseTerms.granted(NOON, Optional.empty(), wanted, bounds))
          .isInstanceOfSatisfying(
              Failure.Conflict.class, refused -> assertThat(refused.most()).hasValue(most));
    } else {
      LeaseTerms terms = LeaseTerms.granted(NOON, Optional.empty(), wanted, bounds).terms();
      assertThat(terms.expiresAt()).isAfterOrEqualTo(NOON.plusSeconds(least));
    }
  }

  @Property
  void a_renewal_under_nearer_bounds_is_never_later_than_they_are(
      @ForAll @IntRange(min = 1, max = 3_000) int before,
      @ForAll @IntRange(min = 1, max = 3_000) int after,
      @ForAll @IntRange(min = 0, max = 5_000) int now) {
    LeaseTerms terms = granted(Duration.ofSeconds(before));
    LeaseBounds nearer = LeaseBounds.of(LIMITS).until(Optional.of(NOON.plusSeconds(after)));
    LeaseTerms next =
        terms
            .renewed(NOON.plusSeconds(now), Optional.of(Duration.ofSeconds(before)), nearer)
            .terms();
    assertThat(next.expiresAt()).isBeforeOrEqualTo(NOON.plusSeconds(after));
    assertThat(next.maxExpiresAt()).isBeforeOrEqualTo(terms.maxExpiresAt());
  }

  @Test
  void holders_are_told_to_renew_at_different_times_by_a_tenth_at_most() {
    LeaseTerms terms = granted(Duration.ofMinutes(15));
    for (long bits = 0; bits < 1000; bits++) {
      long hint = terms.renewInSeconds(NOON, new LeaseId(new UUID(1, bits)));
      assertThat(hint).isBetween(540L, 660L);
    }
  }

  @Test
  void f21_twenty_thousand_leases_of_one_second_are_not_renewed_in_one_second() {
    LeaseTerms terms = granted(Duration.ofMinutes(15));
    Map<Long, Integer> due = new HashMap<>();
    Random chance = new Random(21);
    for (int lease = 0; lease < 20_000; lease++) {
      UUID id = new UUID(chance.nextLong(), chance.nextLong());
      due.merge(terms.renewInSeconds(NOON, new LeaseId(id)), 1, Integer::sum);
    }
    assertThat(due).as("seconds in which some are due").hasSizeGreaterThan(110);
    assertThat(due.values()).allMatch(together -> together < 260);
  }

  private static LeaseTerms granted(Duration asked) {
    return LeaseTerms.granted(NOON, Optional.of(asked), LIMITS);
  }
}
