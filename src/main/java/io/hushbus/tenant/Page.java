package io.hushbus.tenant;

import java.util.List;
import java.util.function.Function;

/**
 * Part of a list, in order.
 *
 * @param more whether the list goes on after the last item
 */
public record Page<T>(List<T> items, boolean more) {

  /** Most items that one page may have. */
  public static final int MOST = 500;

  public Page {
    items = List.copyOf(items);
  }

  /** The first {@code limit} of rows that were read with one to spare. */
  public static <T> Page<T> of(List<T> rows, int limit) {
    return new Page<>(rows.subList(0, Math.min(limit, rows.size())), rows.size() > limit);
  }

  public <R> Page<R> map(Function<T, R> each) {
    return new Page<>(items.stream().map(each).toList(), more);
  }
}
