package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Reason;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Expected failures are facts: a closed family without stack traces. */
final class FailureTest {

  @Test
  void a_failure_has_no_stack_trace_and_no_cause() {
    for (Failure failure : all()) {
      assertThat(failure.getStackTrace()).isEmpty();
      assertThat(failure.getCause()).isNull();
      assertThat(failure.getMessage()).isNotBlank();
    }
  }

  @Test
  void every_kind_of_the_family_can_be_made() {
    assertThat(all().stream().map(Object::getClass))
        .containsAll(List.of(Failure.class.getPermittedSubclasses()));
  }

  @Test
  void pointers_of_a_part_get_the_place_of_the_part_put_before() {
    Failure part = Failure.invalid("/name", Code.BAD_SECRET_NAME);
    assertThat(part.at("/secrets/3"))
        .isInstanceOfSatisfying(
            Failure.Invalid.class,
            invalid ->
                assertThat(invalid.fields())
                    .containsExactly(new Failure.Field("/secrets/3/name", Code.BAD_SECRET_NAME)));
    assertThat(Failure.denied().at("/x")).isInstanceOf(Failure.Denied.class);
  }

  @Test
  void only_races_and_requests_in_flight_are_worth_repeating_at_once() {
    assertThat(
            Stream.of(Reason.values())
                .filter(
                    reason ->
                        Failure.conflict(reason).asConflict(reason).orElseThrow().retryable()))
        .containsExactly(Reason.CONCURRENT_CHANGE, Reason.KEY_IN_FLIGHT);
  }

  private static List<Failure> all() {
    return List.of(
        Failure.invalid("", Code.BAD_FORMAT),
        Failure.unauthenticated(),
        Failure.denied(),
        Failure.missing("secret"),
        Failure.conflict(Reason.NAME_TAKEN),
        Failure.gone("lease"),
        Failure.preconditionFailed(),
        Failure.preconditionRequired(),
        Failure.unprocessable("", Code.KEY_REUSED),
        Failure.overBudget("queue", Duration.ofSeconds(1)),
        Failure.unavailable(Failure.Dependency.DATABASE),
        Failure.integrity("secret"));
  }
}
