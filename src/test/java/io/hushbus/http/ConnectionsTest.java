package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Who is let in, and who gives way. */
final class ConnectionsTest {

  private static final String MANY = "10.0.0.1";
  private static final String FEW = "10.0.0.2";

  @Test
  void the_network_with_the_most_strangers_gives_way() {
    Connections<Object> all = new Connections<>(4, 4);
    Object[] many = {new Object(), new Object(), new Object()};
    Object few = new Object();
    all.admit(few, FEW);
    for (Object one : many) {
      all.admit(one, MANY);
    }
    var newcomer = all.admit(new Object(), "10.0.0.3");
    assertThat(newcomer.admitted()).isTrue();
    assertThat(newcomer.displaced()).containsSame(many[0]);
  }

  @Test
  void who_has_shown_a_name_stays() {
    Connections<Object> all = new Connections<>(2, 2);
    Object known = new Object();
    Object stranger = new Object();
    all.admit(known, MANY);
    all.known(known);
    all.admit(stranger, FEW);
    assertThat(all.admit(new Object(), MANY).displaced()).containsSame(stranger);
  }

  @Test
  void where_all_are_known_a_newcomer_finds_no_place() {
    Connections<Object> all = new Connections<>(1, 2);
    Object known = new Object();
    all.admit(known, MANY);
    all.known(known);
    assertThat(all.admit(new Object(), FEW).admitted()).isFalse();
  }

  @Test
  void who_opens_fast_uses_up_no_place_of_those_with_few() {
    Connections<Object> all = new Connections<>(8, 100);
    for (int i = 0; i < 100; i++) {
      all.admit(new Object(), MANY);
    }
    assertThat(all.admit(new Object(), MANY).admitted()).isFalse();
    assertThat(all.admit(new Object(), FEW).admitted()).isTrue();
    assertThat(all.admit(new Object(), FEW).admitted()).isFalse();
  }

  @Test
  void one_network_has_no_more_than_its_part() {
    Connections<Object> all = new Connections<>(10, 1);
    assertThat(all.admit(new Object(), MANY).admitted()).isTrue();
    assertThat(all.admit(new Object(), MANY).admitted()).isFalse();
    assertThat(all.admit(new Object(), FEW).admitted()).isTrue();
  }

  @Property(tries = 300)
  void whatever_happens_the_count_is_right_and_nobody_gives_way_twice(
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 11) Integer> steps) {
    Connections<Object> all = new Connections<>(5, 3);
    Map<Object, String> open = new HashMap<>();
    List<Object> order = new ArrayList<>();
    List<Object> displaced = new ArrayList<>();
    for (int step : steps) {
      String network = "10.0.0." + step % 4;
      if (step < 8) {
        Object one = new Object();
        var admission = all.admit(one, network);
        if (admission.admitted()) {
          open.put(one, network);
          order.add(one);
        }
        admission.displaced().ifPresent(displaced::add);
      } else if (!order.isEmpty()) {
        Object one = order.get(step % order.size());
        if (step < 10) {
          all.known(one);
        } else {
          order.remove(one);
          all.release(one, Objects.requireNonNull(open.remove(one)));
        }
      }
      assertThat(all.open()).isEqualTo(open.size());
    }
    assertThat(displaced).doesNotHaveDuplicates();
  }
}
