package io.hushbus.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a node has reserved is used up by grants, and by nothing else. */
final class LeaseRoomTest {

  private static final long LIMIT = 100;

  @Test
  void what_is_given_back_can_be_taken_again_and_was_never_granted() {
    LeaseRoom room = reserved(1);
    for (int i = 0; i < 1000; i++) {
      assertThat(room.take(1, LIMIT, 0)).isEqualTo(LeaseRoom.Taken.TAKEN);
      room.givenBack(1);
    }
    LeaseRoom.Ask ask = room.ask(LIMIT, 1, 0);
    assertThat(ask.mine()).isEqualTo(1);
    assertThat(ask.useful()).isEqualTo(1);
    assertThat(room.isIdle()).isTrue();
  }

  @Test
  void what_has_ended_is_used_up() {
    LeaseRoom room = reserved(1);
    assertThat(room.take(1, LIMIT, 0)).isEqualTo(LeaseRoom.Taken.TAKEN);
    room.ended(1);
    assertThat(room.take(1, LIMIT, 0)).isEqualTo(LeaseRoom.Taken.UNKNOWN);
    assertThat(room.ask(LIMIT, 1, 0).useful()).isEqualTo(2);
  }

  private static LeaseRoom reserved(long leases) {
    LeaseRoom room = new LeaseRoom();
    room.reserved(room.ask(LIMIT, 1, 0), leases);
    return room;
  }
}
