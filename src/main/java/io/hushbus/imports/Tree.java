package io.hushbus.imports;

import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A document of JSON or YAML. All that may be a value is kept as one; names of members are texts.
 */
sealed interface Tree extends AutoCloseable {

  /** Where it begins, from 1. */
  int line();

  @Override
  void close();

  /** An object. */
  record Branch(int line, SequencedMap<String, Tree> children) implements Tree {

    public Branch {
      children = Collections.unmodifiableSequencedMap(children);
    }

    boolean has(String name) {
      return children.containsKey(name);
    }

    @Nullable Tree get(String name) {
      return children.get(name);
    }

    Optional<Branch> branch(String name) {
      return children.get(name) instanceof Branch branch ? Optional.of(branch) : Optional.empty();
    }

    /** The text of a member that is no secret, such as a kind. */
    Optional<String> word(String name) {
      return children.get(name) instanceof Leaf leaf ? leaf.word() : Optional.empty();
    }

    @Override
    public void close() {
      children.values().forEach(Tree::close);
    }
  }

  /** An array. */
  record Sequence(int line, List<Tree> items) implements Tree {

    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public void close() {
      items.forEach(Tree::close);
    }
  }

  /**
   * A text, a number, true, false or null.
   *
   * @param value the text itself; of the others, how they are written
   */
  record Leaf(int line, Kind kind, SecretValue value) implements Tree {

    private static final int LONGEST_WORD = 253;

    enum Kind {
      TEXT,
      LITERAL,
      NULL
    }

    Optional<String> word() {
      return kind == Kind.TEXT && value.size() <= LONGEST_WORD
          ? Optional.of(value.reveal(bytes -> new String(bytes, StandardCharsets.UTF_8)))
          : Optional.empty();
    }

    /** The value for somebody to keep: the document's own is wiped with it. */
    SecretValue copy() {
      return value.reveal(SecretValue::copyOf);
    }

    /** What it is the base64 form of, which may be broken into lines; nothing if it is of none. */
    Optional<SecretValue> decoded() {
      try {
        return Optional.of(
            SecretValue.owning(
                value.reveal(bytes -> Base64.getMimeDecoder().decode(strict(bytes)))));
      } catch (IllegalArgumentException malformed) {
        return Optional.empty();
      }
    }

    /** The lenient decoder passes over what it does not know: that must be white space. */
    private static byte[] strict(byte[] bytes) {
      for (byte b : bytes) {
        boolean letter = (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9');
        if (!letter && "+/= \r\n\t".indexOf(b) < 0) {
          throw new IllegalArgumentException("not base64");
        }
      }
      return bytes;
    }

    @Override
    public void close() {
      value.close();
    }
  }
}
