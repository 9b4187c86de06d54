package io.hushbus.runner;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few calls of the operating system that Java has no words for: descriptors, signals, and the
 * wait for a child. For Linux; the numbers are those of its ABI.
 */
final class Posix {

  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int O_RDWR = 2;
  static final int O_NOCTTY = 0x100;
  static final int O_CLOEXEC = 0x80000;

  private static final int BY_ID = 1; // P_PID
  private static final int ENDED_NOT_REAPED = 0x01000004; // WEXITED | WNOWAIT
  private static final int POLLIN = 1;
  private static final int POLLOUT = 4;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static final MethodHandle READ = call("read", LONG, INT, ValueLayout.ADDRESS, LONG);
  private static final MethodHandle WRITE = call("write", LONG, INT, ValueLayout.ADDRESS, LONG);
  private static final MethodHandle CLOSE = call("close", INT, INT);
  private static final MethodHandle PIPE = call("pipe2", INT, ValueLayout.ADDRESS, INT);
  private static final MethodHandle POLL = call("poll", INT, ValueLayout.ADDRESS, LONG, INT);
  private static final MethodHandle KILL = call("kill", INT, INT, INT);
  private static final MethodHandle REAP = call("waitpid", INT, INT, ValueLayout.ADDRESS, INT);
  private static final MethodHandle AWAIT = call("waitid", INT, INT, INT, ValueLayout.ADDRESS, INT);
  private static final MethodHandle OPEN =
      call(
          "open",
          FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
          Linker.Option.firstVariadicArg(2));

  private static final MethodHandle SET_FLAGS =
      call("fcntl", FunctionDescriptor.of(INT, INT, INT, INT), Linker.Option.firstVariadicArg(2));

  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;

  private Posix() {}

  /** A call said no. */
  static final class Refused extends IOException {

    private static final long serialVersionUID = 1L;
    private final int errno;

    Refused(String call, int errno) {
      super(call + ": error " + errno + " of the operating system");
      this.errno = errno;
    }

    int errno() {
      return errno;
    }
  }

  /** A pipe that no child inherits by itself. */
  record Pipe(int read, int write) {}

  static Pipe pipe() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(INT, 2);
      number("pipe2", state -> (int) PIPE.invokeExact(state, ends, O_CLOEXEC));
      return new Pipe(ends.getAtIndex(INT, 0), ends.getAtIndex(INT, 1));
    }
  }

  /** How many bytes came, at most the size of {@code into}; 0 at the end. */
  static int read(int descriptor, MemorySegment into) throws IOException {
    return (int)
        number("read", state -> (long) READ.invokeExact(state, descriptor, into, into.byteSize()));
  }

  /** Writes all of it, however long that takes. */
  static void write(int descriptor, MemorySegment bytes) throws IOException {
    long done = 0;
    while (done < bytes.byteSize()) {
      MemorySegment rest = bytes.asSlice(done);
      try {
        done +=
            number(
                "write",
                state -> (long) WRITE.invokeExact(state, descriptor, rest, rest.byteSize()));
      } catch (Refused full) {
        if (full.errno() != EAGAIN) {
          throw full;
        }
        poll(POLLOUT, descriptor);
      }
    }
  }

  /** Opens what is there. */
  static int open(String path, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment at = arena.allocateFrom(path);
      return (int) number("open", state -> (int) OPEN.invokeExact(state, at, flags));
    }
  }

  static void close(int descriptor) {
    try {
      number("close", state -> (int) CLOSE.invokeExact(state, descriptor));
    } catch (IOException gone) {
      // it is closed in any case
    }
  }

  /** No child inherits a descriptor that is open now, but for the first three. */
  static void keepToOurselves() {
    String[] open = new File("/proc/self/fd").list();
    for (String name : open == null ? new String[0] : open) {
      int descriptor = Integer.parseInt(name);
      if (descriptor > 2) {
        try {
          number(
              "fcntl",
              state -> (int) SET_FLAGS.invokeExact(state, descriptor, F_SETFD, FD_CLOEXEC));
        } catch (IOException closed) {
          // the one by which they were listed
        }
      }
    }
  }

  /**
   * Waits until there is something to read, or the end of it, from one of them.
   *
   * @return the first of them that has
   */
  static int awaitInput(int... descriptors) throws IOException {
    return poll(POLLIN, descriptors);
  }

  private static int poll(int events, int... descriptors) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment asked = arena.allocate(8L * descriptors.length, 4);
      for (int i = 0; i < descriptors.length; i++) {
        asked.set(INT, 8L * i, descriptors[i]);
        asked.set(ValueLayout.JAVA_SHORT, 8L * i + 4, (short) events);
      }
      long count = descriptors.length;
      number("poll", state -> (int) POLL.invokeExact(state, asked, count, -1));
      for (int i = 0; i < descriptors.length; i++) {
        if (asked.get(ValueLayout.JAVA_SHORT, 8L * i + 6) != 0) {
          return descriptors[i];
        }
      }
    }
    throw new IOException("poll came back with nothing, though it waits for ever");
  }

  /** Whether the signal was sent: not to a process that is gone. */
  static boolean kill(int process, int signal) {
    try {
      number("kill", state -> (int) KILL.invokeExact(state, process, signal));
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  /** Waits for the end of a child of this process; its id is taken until it is reaped. */
  static void awaitEnd(int child) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment told = arena.allocate(256, 8);
      number(
          "waitid", state -> (int) AWAIT.invokeExact(state, BY_ID, child, told, ENDED_NOT_REAPED));
    }
  }

  /** Forgets a child that has ended, and gives its exit code: 128 + n by signal n. */
  static int reap(int child) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(INT);
      number("waitpid", state -> (int) REAP.invokeExact(state, child, status, 0));
      int told = status.get(INT, 0);
      int signal = told & 0x7f;
      return signal == 0 ? (told >> 8) & 0xff : 128 + signal;
    }
  }

  /** Whether the C library has it. */
  static boolean has(String name) {
    return LINKER.defaultLookup().find(name).isPresent();
  }

  /** A call of the C library that sets {@code errno}. */
  static MethodHandle call(String name, MemoryLayout result, MemoryLayout... parameters) {
    return call(name, FunctionDescriptor.of(result, parameters));
  }

  @SuppressWarnings("restricted") // the calls of this class and its neighbours, by constant names
  static MethodHandle call(String name, FunctionDescriptor shape, Linker.Option... options) {
    Linker.Option[] all = java.util.Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, all);
  }

  /** One call, with the place where its error goes. */
  interface Call {
    long of(MemorySegment state) throws Throwable;
  }

  /** What it gives, if it is not negative; begun anew when a signal came in between. */
  static long number(String name, Call call) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      while (true) {
        long result = call.of(state);
        if (result >= 0) {
          return result;
        }
        int errno = (int) ERRNO.get(state, 0L);
        if (errno != EINTR) {
          throw new Refused(name, errno);
        }
      }
    } catch (IOException refused) {
      throw refused;
    } catch (Throwable broken) {
      throw new IllegalStateException(name + " cannot be called here: this is a bug", broken);
    }
  }
}
