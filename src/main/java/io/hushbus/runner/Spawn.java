package io.hushbus.runner;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Starts a program with an environment of bytes, which {@code java.lang.ProcessBuilder} takes as
 * strings alone, and with a terminal where it is to have one (posix_spawn(3)).
 */
final class Spawn {

  /** The program is there and cannot be run, or is no program: exit code 126. */
  static final int CANNOT_RUN = 126;

  /** There is no such program: exit code 127. */
  static final int NOT_FOUND = 127;

  private static final short SET_SIGNAL_DEFAULTS = 0x04;
  private static final short SET_SIGNAL_MASK = 0x08;
  private static final short SET_SESSION = 0x80;
  private static final int ENOENT = 2;
  private static final int ENOEXEC = 8;

  /** More than any C library needs for its opaque structures. */
  private static final int ROOM = 512;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final java.lang.foreign.AddressLayout PTR = ValueLayout.ADDRESS;

  private static final MethodHandle SPAWN =
      Posix.call("posix_spawn", INT, PTR, PTR, PTR, PTR, PTR, PTR);
  private static final MethodHandle ATTRIBUTES = Posix.call("posix_spawnattr_init", INT, PTR);
  private static final MethodHandle FLAGS =
      Posix.call("posix_spawnattr_setflags", INT, PTR, ValueLayout.JAVA_SHORT);
  private static final MethodHandle MASK = Posix.call("posix_spawnattr_setsigmask", INT, PTR, PTR);
  private static final MethodHandle DEFAULTS =
      Posix.call("posix_spawnattr_setsigdefault", INT, PTR, PTR);
  private static final MethodHandle ACTIONS = Posix.call("posix_spawn_file_actions_init", INT, PTR);
  private static final MethodHandle FORGET =
      Posix.call("posix_spawn_file_actions_destroy", INT, PTR);
  private static final MethodHandle DUP =
      Posix.call("posix_spawn_file_actions_adddup2", INT, PTR, INT, INT);
  private static final MethodHandle OPEN =
      Posix.call("posix_spawn_file_actions_addopen", INT, PTR, INT, PTR, INT, INT);

  /** Of glibc since 2.34; others do not have it. */
  private static final String CLOSE_FROM_NAME = "posix_spawn_file_actions_addclosefrom_np";

  private static final Optional<MethodHandle> CLOSE_FROM =
      Posix.has(CLOSE_FROM_NAME)
          ? Optional.of(Posix.call(CLOSE_FROM_NAME, INT, PTR, INT))
          : Optional.empty();

  private static final MethodHandle CHANGE_DIRECTORY =
      Posix.call("posix_spawn_file_actions_addchdir_np", INT, PTR, PTR);
  private static final MethodHandle ADD_SIGNAL = Posix.call("sigaddset", INT, PTR, INT);
  private static final MethodHandle NO_SIGNALS = Posix.call("sigemptyset", INT, PTR);

  private Spawn() {}

  /** The program was not started. */
  static final class Failed extends IOException {

    private static final long serialVersionUID = 1L;
    private final int exitCode;

    Failed(int exitCode, String line) {
      super(line);
      this.exitCode = exitCode;
    }

    /** {@value #CANNOT_RUN} or {@value #NOT_FOUND}. */
    int exitCode() {
      return exitCode;
    }
  }

  /**
   * Where a child's standard descriptors lead.
   *
   * @param descriptors of this process, for its 0, 1 and 2; a negative one: its terminal
   * @param terminal path of the terminal that becomes its own
   * @param session whether it leads a session of its own, away from the signals of our terminal
   */
  record Wiring(List<Integer> descriptors, Optional<String> terminal, boolean session) {}

  /**
   * Starts it. All other descriptors are closed in the child, and its signals are as by default.
   *
   * @param program where it is
   * @param arguments with its name as the first, each with a zero at its end
   * @param environment {@code NAME=value}, each with a zero at its end
   * @return its process id
   */
  static int start(
      Path program,
      List<MemorySegment> arguments,
      List<MemorySegment> environment,
      Path directory,
      Wiring wiring)
      throws Failed, IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actions = arena.allocate(ROOM, 16);
      done("posix_spawn_file_actions_init", state -> (int) ACTIONS.invokeExact(state, actions));
      try {
        wire(arena, actions, directory, wiring);
        MemorySegment attributes = attributes(arena, wiring.session());
        return start(arena, program, arguments, environment, actions, attributes);
      } finally {
        done("posix_spawn_file_actions_destroy", state -> (int) FORGET.invokeExact(state, actions));
      }
    }
  }

  private static int start(
      Arena arena,
      Path program,
      List<MemorySegment> arguments,
      List<MemorySegment> environment,
      MemorySegment actions,
      MemorySegment attributes)
      throws IOException {
    MemorySegment id = arena.allocate(INT);
    MemorySegment path = arena.allocateFrom(program.toString());
    MemorySegment argv = array(arena, arguments);
    MemorySegment envp = array(arena, environment);
    int error =
        code(state -> (int) SPAWN.invokeExact(state, id, path, actions, attributes, argv, envp));
    if (error == ENOEXEC && !program.equals(SHELL)) {
      // As a shell does: a script without a first line that says what it is for.
      List<MemorySegment> script = new java.util.ArrayList<>(arguments);
      script.set(0, path);
      script.addFirst(arena.allocateFrom(SHELL.toString()));
      return start(arena, SHELL, script, environment, actions, attributes);
    }
    if (error != 0) {
      throw error == ENOENT
          ? new Failed(NOT_FOUND, program + " is not there, or what it names as its interpreter")
          : new Failed(CANNOT_RUN, program + " cannot be run (error " + error + ")");
    }
    return id.get(INT, 0);
  }

  private static final Path SHELL = Path.of("/bin/sh");

  private static void wire(Arena arena, MemorySegment actions, Path directory, Wiring wiring)
      throws IOException {
    List<Integer> descriptors = wiring.descriptors();
    for (int i = 0; i < descriptors.size(); i++) {
      int from = descriptors.get(i);
      if (from >= 0 && from != i) {
        dup(actions, from, i);
      }
    }
    if (wiring.terminal().isPresent()) {
      // The leader of a session without a terminal gets the first that it opens.
      MemorySegment path = arena.allocateFrom(wiring.terminal().get());
      done(
          "posix_spawn_file_actions_addopen",
          state -> (int) OPEN.invokeExact(state, actions, 3, path, Posix.O_RDWR, 0));
      for (int i = 0; i < descriptors.size(); i++) {
        if (descriptors.get(i) < 0) {
          dup(actions, 3, i);
        }
      }
    }
    if (CLOSE_FROM.isPresent()) {
      MethodHandle from = CLOSE_FROM.get();
      done(CLOSE_FROM_NAME, state -> (int) from.invokeExact(state, actions, 3));
    } else {
      Posix.keepToOurselves();
    }
    MemorySegment at = arena.allocateFrom(directory.toString());
    done(
        "posix_spawn_file_actions_addchdir_np",
        state -> (int) CHANGE_DIRECTORY.invokeExact(state, actions, at));
  }

  private static void dup(MemorySegment actions, int from, int to) throws IOException {
    done(
        "posix_spawn_file_actions_adddup2",
        state -> (int) DUP.invokeExact(state, actions, from, to));
  }

  /** Signals that the JVM blocks, or that we ignore, are the child's again. */
  private static MemorySegment attributes(Arena arena, boolean session) throws IOException {
    MemorySegment attributes = arena.allocate(ROOM, 16);
    MemorySegment signals = arena.allocate(ROOM, 16);
    short flags = (short) (SET_SIGNAL_MASK | SET_SIGNAL_DEFAULTS | (session ? SET_SESSION : 0));
    done("posix_spawnattr_init", state -> (int) ATTRIBUTES.invokeExact(state, attributes));
    done("sigemptyset", state -> (int) NO_SIGNALS.invokeExact(state, signals));
    done("posix_spawnattr_setsigmask", state -> (int) MASK.invokeExact(state, attributes, signals));
    int quit = Signals.QUIT;
    done("sigaddset", state -> (int) ADD_SIGNAL.invokeExact(state, signals, quit));
    done(
        "posix_spawnattr_setsigdefault",
        state -> (int) DEFAULTS.invokeExact(state, attributes, signals));
    done("posix_spawnattr_setflags", state -> (int) FLAGS.invokeExact(state, attributes, flags));
    return attributes;
  }

  private static MemorySegment array(Arena arena, List<MemorySegment> strings) {
    MemorySegment array = arena.allocate(PTR, strings.size() + 1L);
    for (int i = 0; i < strings.size(); i++) {
      array.setAtIndex(PTR, i, strings.get(i));
    }
    return array;
  }

  private static void done(String call, Posix.Call what) throws IOException {
    int error = code(what);
    if (error != 0) {
      throw new Posix.Refused(call, error);
    }
  }

  /** These calls give the error as their result. */
  private static int code(Posix.Call call) throws IOException {
    return (int) Posix.number("posix_spawn", call);
  }

  /**
   * The program that a shell would run for a name: at its path if it has a slash, else the first on
   * the child's {@code PATH} that can be run.
   */
  static Path find(String name, Path directory, String path) throws Failed {
    if (name.isEmpty()) {
      throw new Failed(NOT_FOUND, "the command is empty");
    }
    if (name.contains("/")) {
      return runnable(directory.resolve(name)).orElseThrow(() -> refused(directory.resolve(name)));
    }
    List<Path> candidates =
        Arrays.stream(path.split(":", -1))
            .map(one -> directory.resolve(one).resolve(name))
            .toList();
    return candidates.stream()
        .flatMap(one -> runnable(one).stream())
        .findFirst()
        .orElseThrow(() -> refused(name, candidates));
  }

  private static Optional<Path> runnable(Path program) {
    java.io.File file = program.toFile();
    return file.isFile() && file.canExecute() ? Optional.of(program) : Optional.empty();
  }

  private static Failed refused(Path program) {
    return program.toFile().exists()
        ? new Failed(CANNOT_RUN, program + " cannot be run: it is no program, or not allowed")
        : new Failed(NOT_FOUND, program + " is not there");
  }

  private static Failed refused(String name, List<Path> candidates) {
    return candidates.stream().anyMatch(one -> one.toFile().isFile())
        ? new Failed(CANNOT_RUN, name + " cannot be run: it may not be executed")
        : new Failed(NOT_FOUND, "there is no command " + name + " on the PATH");
  }
}
