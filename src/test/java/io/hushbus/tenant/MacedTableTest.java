package io.hushbus.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.tenant.MacedTable.Column;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Statements over a table with MACs, from what the table says of itself. */
final class MacedTableTest {

  private static final MacedTable PAIRS =
      new MacedTable(
          "pair",
          "p",
          List.of(Column.id("pair_id"), Column.number("place")),
          "SELECT p.pair_id, p.place FROM pair p WHERE p.tenant_id = $1 AND p.generation <> $2 ",
          (row, tenant) -> {
            throw new AssertionError("nothing is read");
          },
          Optional.of("sealed"),
          10);

  @Test
  void every_statement_names_its_tenant() {
    assertThat(List.of(PAIRS.count(), PAIRS.windowEnd(), PAIRS.next(), PAIRS.move()))
        .allMatch(statement -> statement.contains("tenant_id = $1"));
  }

  @Test
  void a_batch_lies_between_two_places_in_the_order_of_the_key() {
    assertThat(PAIRS.next())
        .endsWith(
            "AND (p.pair_id, p.place) > ($4::text::uuid, $5::text::int)"
                + " AND (p.pair_id, p.place) <= ($6::text::uuid, $7::text::int)"
                + " ORDER BY p.pair_id, p.place LIMIT $3");
  }

  @Test
  void a_row_is_moved_only_if_its_mac_is_the_one_read() {
    assertThat(PAIRS.move())
        .contains("t.row_mac = moved.mac_before")
        .contains("(t.pair_id, t.place) = (moved.pair_id, moved.place)")
        .contains("sealed = moved.wrapped_after");
  }
}
