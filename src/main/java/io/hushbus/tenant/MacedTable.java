package io.hushbus.tenant;

import io.hushbus.model.TenantId;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * What a table with a MAC in each row has to say of itself, so that {@link MacedRows} can put its
 * rows under another generation of their tenant's key.
 *
 * @param alias of the table in {@code behind}
 * @param key what its primary key has after the tenant, in order; {@code behind} selects it by
 *     these names
 * @param behind selects, from {@code $1}, a tenant, the rows that are under another generation than
 *     {@code $2}; ends with its WHERE, which is continued
 * @param read what such a row says
 * @param wrapped the column that is also under the key, if there is one
 * @param atOnce the most rows to hold locked in one transaction
 */
public record MacedTable(
    String name,
    String alias,
    List<Column> key,
    String behind,
    BiFunction<Row, TenantId, MacedRow> read,
    Optional<String> wrapped,
    int atOnce) {

  /**
   * What columns of keys are made of: each has a least and a greatest value. There is no greatest
   * text: a text comes last in its key, after an id that is never the greatest one.
   */
  public enum Type {
    UUID("uuid", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    INT("int", "-2147483648", "2147483647"),
    TEXT("text", "", "");

    private final String word;
    private final String least;
    private final String greatest;

    Type(String word, String least, String greatest) {
      this.word = word;
      this.least = least;
      this.greatest = greatest;
    }

    String least() {
      return least;
    }

    String greatest() {
      return greatest;
    }
  }

  /** A column of a primary key. Its values are sent as texts, which the database casts. */
  public record Column(String name, Type type) {

    public static Column id(String name) {
      return new Column(name, Type.UUID);
    }

    public static Column number(String name) {
      return new Column(name, Type.INT);
    }

    /** The last of a key whose first is an id. */
    public static Column text(String name) {
      return new Column(name, Type.TEXT);
    }

    String cast(int parameter) {
      return "$" + parameter + "::text::" + type.word;
    }

    String castAll(int parameter) {
      return "$" + parameter + "::text[]::" + type.word + "[]";
    }
  }

  /** A table whose key is one id, with nothing but the MAC under the tenant's key. */
  public static MacedTable of(
      String name,
      String alias,
      String id,
      String behind,
      BiFunction<Row, TenantId, MacedRow> read) {
    return new MacedTable(
        name, alias, List.of(Column.id(id)), behind, read, Optional.empty(), Integer.MAX_VALUE);
  }

  /** The same with fewer rows held at a time. */
  public MacedTable atOnce(int most) {
    return new MacedTable(name, alias, key, behind, read, wrapped, most);
  }

  /** {@code $1} the tenant, {@code $2} the primary generation, {@code $3} the most to count. */
  String count() {
    return "SELECT count(*) AS count FROM (" + behind + "LIMIT $3) found";
  }

  /** {@code $1} the tenant, {@code $2} how many to pass by, then the place to start after. */
  String windowEnd() {
    return "SELECT "
        + names("")
        + " FROM "
        + name
        + " WHERE tenant_id = $1 AND ("
        + names("")
        + ") > ("
        + casts(3)
        + ") ORDER BY "
        + names("")
        + " OFFSET $2 LIMIT 1";
  }

  /**
   * {@code $1} the tenant, {@code $2} the primary generation, {@code $3} how many, then the place
   * to start after and the last one.
   */
  String next() {
    String place = "(" + names(alias + ".") + ")";
    return behind
        + "AND "
        + place
        + " > ("
        + casts(4)
        + ") AND "
        + place
        + " <= ("
        + casts(4 + key.size())
        + ") ORDER BY "
        + names(alias + ".")
        + " LIMIT $3";
  }

  /**
   * {@code $1} the tenant, {@code $2} the primary generation, then of each row the MAC as it was
   * read, the new one, what is wrapped, and the key.
   */
  String move() {
    return "UPDATE "
        + name
        + " t SET mac_generation = $2, row_mac = moved.mac_after"
        + wrapped.map(column -> ", " + column + " = moved.wrapped_after").orElse("")
        + " FROM unnest($3::bytea[], $4::bytea[], $5::bytea[], "
        + numbered(6, Column::castAll)
        + ") AS moved (mac_before, mac_after, wrapped_after, "
        + names("")
        + ") WHERE t.tenant_id = $1 AND t.row_mac = moved.mac_before AND ("
        + names("t.")
        + ") = ("
        + names("moved.")
        + ")";
  }

  private String names(String prefix) {
    return key.stream().map(column -> prefix + column.name()).collect(Collectors.joining(", "));
  }

  private String casts(int first) {
    return numbered(first, Column::cast);
  }

  private String numbered(int first, BiFunction<Column, Integer, String> text) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < key.size(); i++) {
      all.append(i == 0 ? "" : ", ").append(text.apply(key.get(i), first + i));
    }
    return all.toString();
  }
}
