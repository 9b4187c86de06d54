package io.hushbus.support;

import com.sun.management.ThreadMXBean;
import io.hushbus.model.Failure;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Shows a reader many inputs that are nearly right. The same few thousand in every build, from a
 * fixed seed; as many new ones as fit with {@code -Dfuzz.minutes=10}, which is for each target:
 *
 * <pre>{@code mvn test -Dtest='*FuzzTest' -Dfuzz.minutes=10}
 * </pre>
 *
 * <p>What must hold: the reader returns, or throws a {@link Failure}, and nothing else; the failure
 * repeats nothing of the input; and the memory that it takes is bounded by the size of the input. A
 * violation names the seed and shows the input in hex, to be kept as a test of its own.
 */
public final class Fuzz {

  /** Reads an input, in any way it likes. */
  public interface Reader {
    void read(byte[] input) throws Exception;
  }

  private static final int COUNT = 3_000;
  private static final long SEED = 20_260_417;
  private static final int LONGEST = 16 * 1024;
  private static final int MOST_EDITS = 6;
  private static final int SHOWN = 2_000;

  /**
   * Mixed into inputs, and looked for in what is said of them. No word: a pointer may name a field
   * whose name is one.
   */
  public static final String MARK = "a mark/4711";

  private static final List<String> WORDS =
      List.of(
          "\0",
          "\n",
          "\r\n",
          "\uFEFF",
          "\u202E",
          "\u00e9",
          "\uD83D\uDE00",
          "%00",
          "%2e%2e%2f",
          "../",
          "//",
          "{{",
          "${jndi:ldap://x}",
          "'--",
          "\"",
          "\\",
          "\\u0000",
          "\\ud800",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "&",
          "*",
          "!!",
          "<<",
          "null",
          "true",
          "-1",
          "0",
          "1e999",
          "1e-999",
          "9223372036854775808",
          "NaN",
          "=",
          "==",
          ".",
          "-",
          "_",
          "~",
          " ",
          "\t",
          MARK);

  private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<byte[]> seeds;
  private final long fixedCost;
  private final long costPerByte;

  private Fuzz(List<byte[]> seeds, long fixedCost, long costPerByte) {
    this.seeds = seeds;
    this.fixedCost = fixedCost;
    this.costPerByte = costPerByte;
  }

  /** Starts from inputs that are right, as text. */
  public static Fuzz of(String... seeds) {
    return ofBytes(
        Arrays.stream(seeds).map(seed -> seed.getBytes(StandardCharsets.UTF_8)).toList());
  }

  public static Fuzz ofBytes(List<byte[]> seeds) {
    return new Fuzz(List.copyOf(seeds), 256 * 1024, 256);
  }

  /** Allows a reader more memory than the usual 256 KiB and 256 bytes for each of the input. */
  public Fuzz allowing(long fixed, long perByte) {
    return new Fuzz(seeds, fixed, perByte);
  }

  /** Shows the inputs to {@code reader}, on this thread. */
  public void run(Reader reader) {
    // What is loaded once is no cost of an input.
    seeds.forEach(seed -> quietly(reader, seed));
    Duration time = Duration.ofMinutes(Integer.getInteger("fuzz.minutes", 0));
    long end = System.nanoTime() + time.toNanos();
    long seed = time.isZero() ? SEED : System.nanoTime();
    for (int n = 0; time.isZero() ? n < COUNT : System.nanoTime() < end; n++) {
      show(reader, mutant(new SplittableRandom(seed + n)), seed + n);
    }
  }

  private static void quietly(Reader reader, byte[] seed) {
    try {
      reader.read(seed.clone());
    } catch (Exception | AssertionError ignored) {
      // it will be shown again
    }
  }

  private void show(Reader reader, byte[] input, long seed) {
    long before = MEMORY.getCurrentThreadAllocatedBytes();
    String said = "";
    try {
      reader.read(input.clone());
    } catch (Failure expected) {
      said = expected + " " + expected.getMessage() + fields(expected);
    } catch (Exception | Error other) {
      throw violation("something else came out: " + other.getClass(), input, seed, other);
    }
    long cost = MEMORY.getCurrentThreadAllocatedBytes() - before;
    if (said.contains(MARK)) {
      throw violation("the input was repeated", input, seed, null);
    }
    // What a way of the program loads when it is first gone is no cost of the input: it goes again.
    if (cost > allowed(input) && costAgain(reader, input) > allowed(input)) {
      throw violation("it took %d bytes of memory".formatted(cost), input, seed, null);
    }
  }

  private long allowed(byte[] input) {
    return fixedCost + costPerByte * input.length;
  }

  private static long costAgain(Reader reader, byte[] input) {
    long before = MEMORY.getCurrentThreadAllocatedBytes();
    quietly(reader, input);
    return MEMORY.getCurrentThreadAllocatedBytes() - before;
  }

  private static String fields(Failure failure) {
    return failure instanceof Failure.Invalid invalid ? invalid.fields().toString() : "";
  }

  private static AssertionError violation(
      String what, byte[] input, long seed, @org.jspecify.annotations.Nullable Throwable cause) {
    String hex = HexFormat.of().formatHex(input);
    String shown = hex.substring(0, Math.min(SHOWN, hex.length()));
    return new AssertionError("%s; seed %d, input %s".formatted(what, seed, shown), cause);
  }

  private byte[] mutant(SplittableRandom random) {
    byte[] bytes = pick(random);
    int edits = 1 + random.nextInt(MOST_EDITS);
    for (int i = 0; i < edits; i++) {
      bytes = edit(bytes, random);
    }
    return bytes.length > LONGEST ? Arrays.copyOf(bytes, LONGEST) : bytes;
  }

  private byte[] pick(SplittableRandom random) {
    return seeds.get(random.nextInt(seeds.size())).clone();
  }

  private byte[] edit(byte[] bytes, SplittableRandom random) {
    int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    int to = at + Math.min(bytes.length - at, 1 + random.nextInt(16));
    return switch (random.nextInt(9)) {
      case 0 -> flipped(bytes, at, 1 << random.nextInt(8));
      case 1 -> flipped(bytes, at, random.nextInt(256));
      case 2 -> replaced(bytes, at, to, new byte[0]);
      case 3 -> replaced(bytes, at, at, word(random));
      case 4 -> replaced(bytes, at, to, word(random));
      case 5 -> replaced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      case 6 -> replaced(bytes, at, at, repeated(Arrays.copyOfRange(bytes, at, to), random));
      case 7 -> Arrays.copyOf(bytes, at);
      default -> spliced(bytes, at, pick(random), random);
    };
  }

  private static byte[] word(SplittableRandom random) {
    return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] flipped(byte[] bytes, int at, int with) {
    if (bytes.length > 0) {
      bytes[at] ^= (byte) with;
    }
    return bytes;
  }

  private static byte[] repeated(byte[] part, SplittableRandom random) {
    List<byte[]> parts = new ArrayList<>();
    for (int i = random.nextInt(64); i > 0; i--) {
      parts.add(part);
    }
    return joined(parts);
  }

  private static byte[] spliced(byte[] bytes, int at, byte[] other, SplittableRandom random) {
    int from = other.length == 0 ? 0 : random.nextInt(other.length);
    return joined(List.of(Arrays.copyOf(bytes, at), Arrays.copyOfRange(other, from, other.length)));
  }

  private static byte[] replaced(byte[] bytes, int at, int to, byte[] with) {
    return joined(
        List.of(Arrays.copyOf(bytes, at), with, Arrays.copyOfRange(bytes, to, bytes.length)));
  }

  private static byte[] joined(List<byte[]> parts) {
    var out = new java.io.ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }
}
