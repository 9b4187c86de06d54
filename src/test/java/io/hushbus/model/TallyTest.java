package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TallyTest {

  @Test
  void what_is_beyond_the_limit_is_only_said_to_be_there() {
    assertThat(Tally.upTo(3, 4)).isEqualTo(new Tally(3, true));
    assertThat(Tally.upTo(3, 3)).isEqualTo(new Tally(3, false));
    assertThat(Tally.upTo(3, 0).isNone()).isTrue();
  }

  @Test
  void more_is_told_only_where_it_holds() {
    assertThat(new Tally(3, true).and(2).said()).isEqualTo(Map.of("count", 5, "more", true));
    assertThat(new Tally(3, false).said()).isEqualTo(Map.of("count", 3));
  }
}
