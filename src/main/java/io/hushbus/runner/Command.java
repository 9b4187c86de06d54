package io.hushbus.runner;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is run: a program and its arguments, as the bytes that were typed. */
public record Command(List<byte[]> words) {

  private static final Path OWN = Path.of("/proc/self/cmdline");

  public Command {
    words = List.copyOf(words);
  }

  /**
   * The last words of this process's own command line where they are these ones, since Java spoils
   * what is not in the encoding of the locale; else these in UTF-8.
   */
  public static Command of(List<String> words) {
    try {
      List<byte[]> all = Variables.split(Files.readAllBytes(OWN));
      if (all.size() > words.size()) {
        List<byte[]> last = all.subList(all.size() - words.size(), all.size());
        if (same(last, words)) {
          return new Command(last);
        }
      }
    } catch (IOException hidden) {
      // then as they were given
    }
    return new Command(words.stream().map(one -> one.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** Whether Java may have made these words of those bytes. */
  private static boolean same(List<byte[]> bytes, List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      if (!plain(new String(bytes.get(i), StandardCharsets.ISO_8859_1))
          .equals(plain(words.get(i)))) {
        return false;
      }
    }
    return true;
  }

  /** What every encoding leaves as it is. */
  private static String plain(String text) {
    return text.replaceAll("[^\\p{ASCII}]+", "?").replaceAll("\\?+", "?");
  }

  String program() {
    return new String(words.getFirst(), StandardCharsets.UTF_8);
  }

  List<MemorySegment> segments(Arena arena) {
    return words.stream()
        .map(
            word -> {
              MemorySegment made = arena.allocate(word.length + 1L);
              MemorySegment.copy(word, 0, made, ValueLayout.JAVA_BYTE, 0, word.length);
              return made;
            })
        .toList();
  }
}
