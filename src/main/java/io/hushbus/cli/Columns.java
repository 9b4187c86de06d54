package io.hushbus.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table, fixed for each kind of thing. A column is a field, or {@code
 * name=path.to.field}; three are made up of several fields: {@code scope} is where a thing lives,
 * as {@code project/domain}.
 */
record Columns(List<Column> columns) {

  /** A heading, and what stands under it. */
  record Column(String name, Function<Map<?, ?>, String> cell) {}

  static Columns of(String... columns) {
    return new Columns(Arrays.stream(columns).map(Columns::column).toList());
  }

  private static Column column(String said) {
    String[] parts = said.split("=", 2);
    String path = parts[parts.length - 1];
    return path.equals("scope")
        ? new Column(parts[0], Columns::scope)
        : new Column(parts[0], object -> cell(at(object, path)));
  }

  private static @Nullable Object at(Map<?, ?> object, String path) {
    Object found = object;
    for (String step : path.split("\\.", -1)) {
      found = found instanceof Map<?, ?> map ? map.get(step) : null;
    }
    return found;
  }

  /** Where a thing lives: its {@code scope} or, without one, its own project and domain. */
  static String scope(Map<?, ?> object) {
    Map<?, ?> at = object.get("scope") instanceof Map<?, ?> scope ? scope : object;
    Object project = at.get("project");
    Object domain = at.get("domain");
    if (project == null && domain == null) {
      return "organization";
    }
    return Visible.text(
        (project == null ? "*" : project.toString())
            + (domain == null ? "" : "/" + domain.toString()));
  }

  private static String cell(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case Map<?, ?> map when map.isEmpty() -> "-";
      case Collection<?> list when list.isEmpty() -> "-";
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(one -> Visible.text(one.getKey() + "=" + one.getValue()))
              .collect(Collectors.joining(","));
      case Collection<?> list -> list.stream().map(Columns::item).collect(Collectors.joining(","));
      default -> value.toString().isEmpty() ? "-" : Visible.text(value.toString());
    };
  }

  /** One of several in a cell: by the name it has, or where it is, or all that it says. */
  private static String item(@Nullable Object item) {
    return switch (item) {
      case Map<?, ?> need when need.containsKey("secret") -> need(need);
      case Map<?, ?> place when place.isEmpty() || onlyPlace(place) -> scope(place);
      case Map<?, ?> named when named.containsKey("name") ->
          cell(named.get("name")) + "(" + scope(named) + ")";
      case null, default -> cell(item);
    };
  }

  private static boolean onlyPlace(Map<?, ?> map) {
    return List.of("project", "domain").containsAll(map.keySet());
  }

  private static String need(Map<?, ?> need) {
    Object key = need.get("key");
    Object variable = need.get("as_env_var");
    Object mount = need.get("mount");
    return cell(need.get("secret"))
        + (key == null ? "" : "#" + cell(key))
        + (variable == null ? "" : "=>" + cell(variable))
        + (mount == null ? "" : "=>" + cell(mount));
  }

  List<String> headings() {
    return columns.stream()
        .map(one -> one.name.replace('_', ' ').toUpperCase(Locale.ROOT))
        .toList();
  }

  List<String> row(Map<?, ?> object) {
    return columns.stream().map(one -> one.cell.apply(object)).toList();
  }
}
