package io.hushbus.cli;

import io.hushbus.client.Json;
import io.hushbus.client.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of a list to fetch: all pages, or the first so many things. */
final class Paging {

  private static final String NEXT = "next_page_token";
  private static final int PAGE = 200;
  private static final int MOST_PAGES = 5_000;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The most to list (default: ${DEFAULT-VALUE}).")
  private int limit = 10_000;

  /** As the command line says. */
  Paging() {}

  private Paging(int limit) {
    this.limit = limit;
  }

  /** Everything there is. */
  static Paging unlimited() {
    return new Paging(Integer.MAX_VALUE);
  }

  /**
   * The things of all pages in one.
   *
   * @param whole as the broker's answer, were it one page; with the token of the next page if there
   *     is more than the limit
   */
  record Listed(SequencedMap<String, @Nullable Object> whole, List<Json> items, boolean more) {}

  /**
   * @param page a request for a page, made anew for each
   * @param field the field of the answer that holds the things
   */
  Listed all(Supplier<Request> page, String field) {
    if (limit < 1) {
      throw new CommandFailure(Exit.USAGE, "--limit is at least 1");
    }
    List<Json> items = new ArrayList<>();
    SequencedMap<String, @Nullable Object> whole = new LinkedHashMap<>();
    Optional<String> next = Optional.empty();
    int pages = 0;
    do {
      Json answer = page(page, limit - items.size(), next);
      items.addAll(answer.objects(field));
      answer.fields().forEach(whole::putIfAbsent);
      next = answer.optionalText(NEXT);
    } while (next.isPresent() && items.size() < limit && ++pages < MOST_PAGES);
    whole.remove(NEXT);
    whole.put(field, items.stream().map(Json::fields).toList());
    next.ifPresent(token -> whole.put(NEXT, token));
    return new Listed(whole, items, next.isPresent());
  }

  private static Json page(Supplier<Request> page, int left, Optional<String> from) {
    Request request = page.get().query("page_size", Math.min(PAGE, left));
    return request.query("page_token", from).send().json();
  }
}
