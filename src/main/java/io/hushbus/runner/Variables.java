package io.hushbus.runner;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a child: what this process was given, and the values of secrets, which come
 * before variables of the same name. All of it stays bytes.
 */
final class Variables {

  private static final Path OWN = Path.of("/proc/self/environ");

  private final Map<String, byte[]> plain = new LinkedHashMap<>();

  /**
   * What this process was given.
   *
   * @param environment as Java reads it, which spoils what is not in the encoding of the locale;
   *     the bytes themselves are taken where this is the process's own
   */
  Variables(Map<String, String> environment) {
    if (!environment.equals(System.getenv()) || !own()) {
      environment.forEach(this::set);
    }
  }

  private boolean own() {
    try {
      for (byte[] entry : split(Files.readAllBytes(OWN))) {
        String text = new String(entry, StandardCharsets.ISO_8859_1);
        int sign = text.indexOf('=');
        if (sign > 0) {
          String name = new String(entry, 0, sign, StandardCharsets.UTF_8);
          plain.put(name, text.substring(sign + 1).getBytes(StandardCharsets.ISO_8859_1));
        }
      }
      return !plain.isEmpty();
    } catch (IOException hidden) {
      return false;
    }
  }

  /** Strings that each end with a zero. */
  static List<byte[]> split(byte[] bytes) {
    List<byte[]> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        parts.add(java.util.Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    return parts;
  }

  /** A variable that is no secret. */
  void set(String name, String value) {
    plain.put(name, value.getBytes(StandardCharsets.UTF_8));
  }

  void unset(Set<String> names) {
    plain.keySet().removeAll(names);
  }

  boolean has(String name) {
    return plain.containsKey(name);
  }

  /** The value of one that is no secret; empty if there is none. */
  String plain(String name) {
    return new String(plain.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
  }

  /**
   * As {@code execve} takes them. The memory is to be {@link #wipe wiped}.
   *
   * @param secret come before plain ones of the same name
   */
  List<MemorySegment> segments(Arena arena, Map<String, SecretValue> secret) {
    List<MemorySegment> all = new ArrayList<>();
    plain.forEach(
        (name, value) -> {
          if (!secret.containsKey(name)) {
            all.add(segment(arena, name, value));
          }
        });
    secret.forEach((name, value) -> all.add(value.reveal(bytes -> segment(arena, name, bytes))));
    return all;
  }

  private static MemorySegment segment(Arena arena, String name, byte[] value) {
    byte[] start = (name + "=").getBytes(StandardCharsets.UTF_8);
    MemorySegment made = arena.allocate(start.length + value.length + 1L);
    MemorySegment.copy(start, 0, made, ValueLayout.JAVA_BYTE, 0, start.length);
    MemorySegment.copy(value, 0, made, ValueLayout.JAVA_BYTE, start.length, value.length);
    return made;
  }

  static void wipe(List<MemorySegment> segments) {
    segments.forEach(segment -> segment.fill((byte) 0));
  }
}
