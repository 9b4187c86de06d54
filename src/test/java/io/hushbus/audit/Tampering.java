package io.hushbus.audit;

import io.hushbus.audit.ExportItem.Entry;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The hand of somebody who may change an export at will: a small language of edits over its lines,
 * which are named by type and sequence, as in {@code record@3}.
 */
final class Tampering {

  private final List<String> lines;

  Tampering(String export) {
    lines = new ArrayList<>(export.lines().toList());
  }

  String apply(String script) {
    for (String step : script.split(",", -1)) {
      String[] words = step.strip().split(" ", 4);
      step(words);
    }
    return String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
  }

  private void step(String[] words) {
    switch (words[0]) {
      case "nothing" -> {}
      case "set" -> set(find(words[1]), words[2], words[3]);
      case "delete" -> lines.remove(find(words[1]));
      case "swap" -> swap(find(words[1]), find(words[2]));
      case "copy" -> lines.add(find(words[2]) + 1, lines.get(find(words[1])));
      case "cut" -> lines.subList(find(words[1]) + 1, lines.size()).clear();
      case "cut-before-end" -> lines.subList(find(words[1]) + 1, lines.size() - 1).clear();
      case "renumber" -> renumber();
      case "rehash" -> rehash(find(words[1]));
      case "resign" -> resign(find(words[1]), Integer.parseInt(words[2]));
      case "keys" -> keys(Integer.parseInt(words[1]));
      case "garble" -> lines.set(find(words[1]), "{\"type\":\"record\"}");
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private int find(String name) {
    String[] parts = name.split("@", -1);
    for (int i = 0; i < lines.size(); i++) {
      JsonObject line = new JsonObject(lines.get(i));
      if (line.getString("type").equals(parts[0])
          && (parts.length == 1 || line.getLong("sequence") == Long.parseLong(parts[1]))) {
        return i;
      }
    }
    throw new IllegalArgumentException("no line " + name);
  }

  private void set(int at, String field, String json) {
    JsonObject value = new JsonObject("{\"v\":" + json + "}");
    lines.set(at, new JsonObject(lines.get(at)).put(field, value.getValue("v")).encode());
  }

  private void swap(int one, int other) {
    String kept = lines.get(one);
    lines.set(one, lines.get(other));
    lines.set(other, kept);
  }

  /** Gives the records the sequences of their places, and the end line the last of them. */
  private void renumber() {
    int next = 1;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("{\"type\":\"record\"")) {
        set(i, "sequence", "" + next++);
      }
    }
    set(find("end"), "sequence", "" + (next - 1));
  }

  /** Makes the hashes right again from a line on, as anybody can who knows the rule. */
  private void rehash(int from) {
    byte[] previous = new byte[32];
    for (int i = 0; i < lines.size(); i++) {
      if (item(i) instanceof Entry entry) {
        byte[] hash = AuditChain.next(previous, Chains.TENANT, entry.sequence(), entry.record());
        if (i >= from) {
          set(i, "hash", '"' + HexFormat.of().formatHex(hash) + '"');
        }
        previous = hash;
      }
    }
  }

  /** Signs a checkpoint line with another key, over the hash of the record before it. */
  private void resign(int at, int seed) {
    Entry before = (Entry) item(at - 1);
    ChainHead head = new ChainHead(before.sequence(), before.hash(), 0);
    Checkpoint forged =
        Chains.keys(seed).sign(Chains.TENANT, head, before.record().at(), Optional.empty());
    lines.set(at, new String(ExportWriter.checkpoint(forged), StandardCharsets.UTF_8).strip());
  }

  private void keys(int seed) {
    lines.set(0, Chains.text(List.of(Chains.keys(seed).header(Chains.TENANT))).strip());
  }

  private ExportItem item(int line) {
    return ExportReader.parse(lines.get(line).getBytes(StandardCharsets.UTF_8));
  }
}
