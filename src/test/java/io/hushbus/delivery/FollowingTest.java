package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.EventPosition;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The logic of following a log, against random interleavings of commits, roll-backs, restores,
 * hints (lost, doubled, false) and ticks. Wrong followers are run through the same, and must fail.
 */
final class FollowingTest {

  /** A follower sees the log and a reason to look, and says what it hands out. */
  private interface Follower {
    void woken(boolean byHint, World world);

    List<String> handedOut();
  }

  /** The log of one tenant, as committed. */
  private static final class World {
    long epoch = 1;
    long head;
    final List<Notice> rows = new ArrayList<>();

    /** What a reader that saw everything from the start would have seen, restarts included. */
    final List<String> truth = new ArrayList<>();

    void commit(int events) {
      for (int i = 0; i < events; i++) {
        head++;
        rows.add(notice(epoch, head));
        truth.add(epoch + ":" + head);
      }
    }

    /** The database goes back to an earlier state, and counts epochs on. */
    void restore(long to) {
      epoch++;
      head = to;
      truth.add("restart");
    }

    EventPosition position() {
      return new EventPosition(epoch, head);
    }

    List<Notice> after(EventPosition place, int most) {
      return rows.stream()
          .filter(row -> row.position().epoch() == place.epoch())
          .filter(row -> row.position().number() > place.number())
          .limit(most)
          .toList();
    }
  }

  /** The place as the product moves it. */
  private static class Right implements Follower {
    final LogPlace place = new LogPlace(new EventPosition(1, 0));
    final List<String> out = new ArrayList<>();

    @Override
    public void woken(boolean byHint, World world) {
      switch (place.look(world.position())) {
        case LEVEL -> {}
        case RESTARTED -> {
          place.restartAt(world.position());
          out.add("restart");
        }
        case BEHIND -> {
          List<Notice> next = place.following(world.after(place.at(), 3));
          next.forEach(place::pass);
          next.forEach(notice -> out.add(text(notice)));
        }
      }
    }

    @Override
    public List<String> handedOut() {
      return out;
    }
  }

  /** Trusts hints: a tick alone is no reason to look. */
  private static final class TrustsHints extends Right {
    @Override
    public void woken(boolean byHint, World world) {
      if (byHint) {
        super.woken(true, world);
      }
    }
  }

  /** Compares numbers without epochs. */
  private static final class ForgetsEpochs implements Follower {
    long seen;
    final List<String> out = new ArrayList<>();

    @Override
    public void woken(boolean byHint, World world) {
      for (Notice row : world.after(new EventPosition(world.epoch, seen), Integer.MAX_VALUE)) {
        out.add(text(row));
        seen = row.position().number();
      }
    }

    @Override
    public List<String> handedOut() {
      return out;
    }
  }

  /** Jumps to the head that it saw, whatever it read. */
  private static final class JumpsToHead extends Right {
    @Override
    public void woken(boolean byHint, World world) {
      super.woken(byHint, world);
      place.restartAt(world.position());
    }
  }

  @Property(tries = 500)
  void everything_is_handed_out_once_and_in_order(@ForAll long seed) {
    assertThat(keepsTheRule(seed, new Right())).isTrue();
  }

  @Test
  void a_follower_that_trusts_hints_is_caught() {
    assertThat(someSeedCatches(seed -> new TrustsHints())).isTrue();
  }

  @Test
  void a_follower_that_forgets_epochs_is_caught() {
    assertThat(someSeedCatches(seed -> new ForgetsEpochs())).isTrue();
  }

  @Test
  void a_follower_that_jumps_to_the_head_is_caught() {
    assertThat(someSeedCatches(seed -> new JumpsToHead())).isTrue();
  }

  @Test
  void a_place_never_passes_a_gap() {
    LogPlace place = new LogPlace(new EventPosition(1, 1));

    List<Notice> next =
        place.following(List.of(notice(1, 1), notice(1, 2), notice(1, 4), notice(1, 5)));

    assertThat(next).extracting(FollowingTest::text).containsExactly("1:2");
    assertThat(place.following(List.of(notice(1, 3)))).isEmpty();
    assertThat(place.following(List.of(notice(2, 2)))).isEmpty();
  }

  private static boolean someSeedCatches(Function<Long, Follower> mutant) {
    for (long seed = 0; seed < 200; seed++) {
      if (!keepsTheRule(seed, mutant.apply(seed))) {
        return true;
      }
    }
    return false;
  }

  /**
   * One run. Events of an epoch that ended before they were read are not owed: the restart says so.
   */
  private static boolean keepsTheRule(long seed, Follower follower) {
    Random random = new Random(seed);
    World world = new World();
    for (int step = 0; step < 40; step++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> world.commit(1 + random.nextInt(4));
        case 3, 4 -> follower.woken(true, world);
        case 5 -> {
          follower.woken(true, world);
          follower.woken(true, world);
        }
        case 6 -> follower.woken(false, world);
        default -> {
          if (random.nextInt(6) == 0) {
            world.restore(random.nextLong(world.head + 1));
            follower.woken(false, world); // no commit of the new epoch before somebody looks
          }
        }
      }
    }
    for (int tick = 0; tick < 100; tick++) {
      follower.woken(false, world);
    }
    return owed(world.truth, follower.handedOut());
  }

  /**
   * Whether {@code seen} is {@code truth}, but for the end of each epoch that a restart cut off.
   */
  private static boolean owed(List<String> truth, List<String> seen) {
    List<List<String>> wanted = epochs(truth);
    List<List<String>> found = epochs(seen);
    if (wanted.size() != found.size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      List<String> prefix = found.get(i);
      boolean last = i == wanted.size() - 1;
      if (last
          ? !wanted.get(i).equals(prefix)
          : !wanted
              .get(i)
              .subList(0, Math.min(prefix.size(), wanted.get(i).size()))
              .equals(prefix)) {
        return false;
      }
    }
    return true;
  }

  private static List<List<String>> epochs(List<String> events) {
    List<List<String>> all = new ArrayList<>();
    all.add(new ArrayList<>());
    for (String event : events) {
      if (event.equals("restart")) {
        all.add(new ArrayList<>());
      } else {
        all.getLast().add(event);
      }
    }
    return all;
  }

  private static String text(Notice notice) {
    return notice.position().epoch() + ":" + notice.position().number();
  }

  private static Notice notice(long epoch, long number) {
    return new Notice(
        new EventPosition(epoch, number),
        new UUID(epoch, number),
        "t",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Buffer.buffer(),
        Buffer.buffer());
  }
}
