package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.World;
import io.hushbus.tenant.KeyedRows;
import org.junit.jupiter.api.Test;

/** A rotation of a tenant's key reaches every row that depends on it. */
final class KeyedTablesIT {

  @Test
  void every_table_with_a_row_mac_takes_part_in_rotations() {
    try (World world = World.fresh()) {
      assertThat(world.keyedRows.stream().map(KeyedRows::table))
          .containsExactlyInAnyOrderElementsOf(
              world.rows(
                  "SELECT table_name FROM information_schema.columns"
                      + " WHERE table_schema = current_schema() AND column_name = 'row_mac'"));
    }
  }
}
