package io.hushbus.runner;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * A terminal for a child, of which this process holds the other side (posix_openpt(3)), so that a
 * program whose output is looked at still finds what it would find without us.
 */
final class Terminal implements AutoCloseable {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final AddressLayout PTR = ValueLayout.ADDRESS;

  private static final MethodHandle OPEN = Posix.call("posix_openpt", INT, INT);
  private static final MethodHandle GRANT = Posix.call("grantpt", INT, INT);
  private static final MethodHandle UNLOCK = Posix.call("unlockpt", INT, INT);
  private static final MethodHandle NAME =
      Posix.call("ptsname_r", INT, INT, PTR, ValueLayout.JAVA_LONG);
  private static final MethodHandle IS_TERMINAL = Posix.call("isatty", INT, INT);
  private static final MethodHandle FOREGROUND = Posix.call("tcgetpgrp", INT, INT);
  private static final MethodHandle GROUP = Posix.call("getpgrp", INT);
  private static final MethodHandle GET = Posix.call("tcgetattr", INT, INT, PTR);
  private static final MethodHandle SET = Posix.call("tcsetattr", INT, INT, INT, PTR);
  private static final MethodHandle MAKE_RAW =
      Posix.call("cfmakeraw", FunctionDescriptor.ofVoid(PTR));
  private static final MethodHandle CONTROL =
      Posix.call(
          "ioctl",
          FunctionDescriptor.of(INT, new MemoryLayout[] {INT, ValueLayout.JAVA_LONG, PTR}),
          Linker.Option.firstVariadicArg(2));

  private static final long GET_SIZE = 0x5413; // TIOCGWINSZ
  private static final long SET_SIZE = 0x5414; // TIOCSWINSZ
  private static final int NOW = 0; // TCSANOW
  private static final int POST_PROCESS = 1; // OPOST
  private static final int OUTPUT_FLAGS = 4; // where they are in struct termios

  /** More than any C library needs for struct termios. */
  private static final int ROOM = 256;

  private final int descriptor;
  private final String path;

  private Terminal(int descriptor, String path) {
    this.descriptor = descriptor;
    this.path = path;
  }

  /** Whether a descriptor of this process leads to a terminal. */
  static boolean is(int descriptor) {
    try {
      return Posix.number("isatty", state -> (int) IS_TERMINAL.invokeExact(state, descriptor)) == 1;
    } catch (IOException refused) {
      return false;
    }
  }

  /**
   * Whether what is typed for signals at the terminal of this process, whatever its descriptors
   * lead to, reaches this process and its children by itself.
   */
  static boolean signalsReachUs() {
    try {
      int own = Posix.open("/dev/tty", Posix.O_RDWR | Posix.O_NOCTTY | Posix.O_CLOEXEC);
      try {
        return isForeground(own);
      } finally {
        Posix.close(own);
      }
    } catch (IOException none) {
      return false;
    }
  }

  /**
   * Whether a terminal is ours, and a shell has others at it now: who then reads from it or sets it
   * is stopped (TTIN, TTOU).
   */
  static boolean isOfOthersNow(int descriptor) {
    try {
      return !isForeground(descriptor);
    } catch (IOException none) {
      return false; // not the terminal of our session: nobody is stopped for it
    }
  }

  private static boolean isForeground(int descriptor) throws IOException {
    long group = Posix.number("getpgrp", state -> (int) GROUP.invokeExact(state));
    return Posix.number("tcgetpgrp", state -> (int) FOREGROUND.invokeExact(state, descriptor))
        == group;
  }

  /**
   * A new one, set as another one is and of its size.
   *
   * @param like a descriptor of a terminal
   * @param raw that the other one passes everything on now: then its settings before that count;
   *     empty: it sees to line ends itself, and the new one leaves output as it is
   */
  static Terminal like(int like, Optional<Raw> raw) throws IOException {
    int flags = Posix.O_RDWR | Posix.O_NOCTTY | Posix.O_CLOEXEC;
    int made = (int) Posix.number("posix_openpt", state -> (int) OPEN.invokeExact(state, flags));
    try (Arena arena = Arena.ofConfined()) {
      Posix.number("grantpt", state -> (int) GRANT.invokeExact(state, made));
      Posix.number("unlockpt", state -> (int) UNLOCK.invokeExact(state, made));
      MemorySegment name = arena.allocate(ROOM);
      Posix.number("ptsname", state -> (int) NAME.invokeExact(state, made, name, (long) ROOM));
      Terminal terminal = new Terminal(made, name.getString(0));
      terminal.set(raw.isPresent() ? raw.get().before() : plain(settings(arena, like)));
      terminal.resize(like);
      return terminal;
    } catch (IOException refused) {
      Posix.close(made);
      throw refused;
    }
  }

  private static MemorySegment plain(MemorySegment settings) {
    settings.set(INT, OUTPUT_FLAGS, settings.get(INT, OUTPUT_FLAGS) & ~POST_PROCESS);
    return settings;
  }

  private void set(MemorySegment settings) throws IOException {
    apply(descriptor, settings);
  }

  /** Our side of it. */
  int descriptor() {
    return descriptor;
  }

  /** The child's side of it. */
  String path() {
    return path;
  }

  /** Takes over the size of another one, if that is known; its programs get WINCH. */
  void resize(int like) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 2);
      Posix.number("ioctl", state -> (int) CONTROL.invokeExact(state, like, GET_SIZE, size));
      Posix.number("ioctl", state -> (int) CONTROL.invokeExact(state, descriptor, SET_SIZE, size));
    } catch (IOException refused) {
      // a terminal without a size, or one that is gone
    }
  }

  @Override
  public void close() {
    Posix.close(descriptor);
  }

  /**
   * Has a terminal pass every key on as it is, also those for signals, until the answer is closed.
   */
  static Raw raw(int descriptor) throws IOException {
    Arena arena = Arena.ofShared();
    MemorySegment before = settings(arena, descriptor);
    MemorySegment raw = arena.allocate(ROOM).copyFrom(before);
    try {
      Posix.number(
          "cfmakeraw",
          state -> {
            MAKE_RAW.invokeExact(state, raw);
            return 0;
          });
      apply(descriptor, raw);
    } catch (IOException refused) {
      arena.close();
      throw refused;
    }
    return new Raw(descriptor, arena, before);
  }

  /** That a terminal passes everything on. */
  record Raw(int descriptor, Arena arena, MemorySegment before) implements AutoCloseable {

    /** The settings are what they were. */
    @Override
    public void close() {
      try {
        apply(descriptor, before);
      } catch (IOException gone) {
        // with its settings
      } finally {
        arena.close();
      }
    }
  }

  private static MemorySegment settings(Arena arena, int descriptor) throws IOException {
    MemorySegment settings = arena.allocate(ROOM, 8);
    Posix.number("tcgetattr", state -> (int) GET.invokeExact(state, descriptor, settings));
    return settings;
  }

  private static void apply(int descriptor, MemorySegment settings) throws IOException {
    Posix.number("tcsetattr", state -> (int) SET.invokeExact(state, descriptor, NOW, settings));
  }
}
