package io.hushbus.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Test vectors as text under {@code src/test/resources/vectors}: lines that start with {@code #}
 * say what the columns are, the last of them by name up to a semicolon; each other line is a
 * vector.
 */
public final class Vectors {

  private Vectors() {}

  /** One line, by the names of its columns. */
  public record Vector(List<String> columns, List<String> fields) {

    public String text(String column) {
      int at = columns.indexOf(column);
      if (at < 0) {
        throw new IllegalArgumentException("there is no column " + column);
      }
      return fields.get(at).equals("-") ? "" : fields.get(at);
    }

    public byte[] hex(String column) {
      return HexFormat.of().parseHex(text(column));
    }

    public int number(String column) {
      return Integer.parseInt(text(column));
    }

    public boolean valid() {
      return text("result").equals("valid");
    }

    /** Short, for the names of tests. */
    @Override
    public String toString() {
      return columns.getFirst() + " " + fields.getFirst();
    }
  }

  /** All vectors of a file; there is at least one. */
  public static List<Vector> read(String file) {
    List<String> lines = all("/vectors/" + file);
    List<String> heads = lines.stream().takeWhile(line -> line.startsWith("#")).toList();
    String names = heads.getLast().substring(1).split(";", 2)[0].strip();
    List<String> columns = List.of(names.split(" "));
    List<Vector> all =
        lines.stream()
            .skip(heads.size())
            .filter(line -> !line.isBlank())
            .map(line -> new Vector(columns, List.of(line.split(" ", columns.size()))))
            .toList();
    if (all.isEmpty()) {
      throw new IllegalStateException("there are no vectors in " + file);
    }
    return all;
  }

  /** The lines of a file that say nothing about the file itself. */
  public static List<String> lines(String file) {
    return all("/vectors/" + file).stream()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .toList();
  }

  private static List<String> all(String resource) {
    try (InputStream in = Vectors.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the build left out " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
