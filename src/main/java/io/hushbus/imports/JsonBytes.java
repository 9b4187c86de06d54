package io.hushbus.imports;

import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Writes a part of a document as JSON again, from bytes to bytes; what it outgrows is wiped. */
final class JsonBytes {

  private byte[] out = new byte[256];
  private int length;

  private JsonBytes() {}

  static SecretValue of(Tree tree) {
    JsonBytes json = new JsonBytes();
    json.tree(tree);
    byte[] exact = Arrays.copyOf(json.out, json.length);
    Arrays.fill(json.out, (byte) 0);
    return SecretValue.owning(exact);
  }

  private void tree(Tree tree) {
    switch (tree) {
      case Tree.Branch branch -> branch(branch);
      case Tree.Sequence several -> sequence(several);
      case Tree.Leaf(int line, Tree.Leaf.Kind kind, SecretValue value) -> {
        switch (kind) {
          case TEXT -> value.reveal(this::text);
          case LITERAL -> value.reveal(this::plain);
          case NULL -> plain("null".getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  private void branch(Tree.Branch branch) {
    put('{');
    boolean first = true;
    for (Map.Entry<String, Tree> child : branch.children().entrySet()) {
      separate(first);
      first = false;
      text(child.getKey().getBytes(StandardCharsets.UTF_8));
      put(':');
      tree(child.getValue());
    }
    put('}');
  }

  private void sequence(Tree.Sequence several) {
    put('[');
    for (int i = 0; i < several.items().size(); i++) {
      separate(i == 0);
      tree(several.items().get(i));
    }
    put(']');
  }

  private void separate(boolean first) {
    if (!first) {
      put(',');
    }
  }

  private JsonBytes plain(byte[] bytes) {
    for (byte b : bytes) {
      put(b);
    }
    return this;
  }

  private JsonBytes text(byte[] bytes) {
    put('"');
    for (byte b : bytes) {
      if (b == '"' || b == '\\') {
        put('\\');
        put(b);
      } else if (b >= 0 && b < 0x20) {
        plain("\\u%04x".formatted((int) b).getBytes(StandardCharsets.US_ASCII));
      } else {
        put(b);
      }
    }
    put('"');
    return this;
  }

  private void put(int b) {
    if (length == out.length) {
      byte[] larger = Arrays.copyOf(out, 2 * length);
      Arrays.fill(out, (byte) 0);
      out = larger;
    }
    out[length++] = (byte) b;
  }
}
