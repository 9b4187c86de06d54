package io.hushbus.runner;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/** Signals that this process gets, by their numbers on Linux, and what it does about them. */
final class Signals implements AutoCloseable {

  static final int HUP = 1;
  static final int INT = 2;
  static final int QUIT = 3;
  static final int KILL = 9;
  static final int USR1 = 10;
  static final int USR2 = 12;
  static final int TERM = 15;
  static final int CONT = 18;
  static final int WINCH = 28;

  private static final Map<String, Integer> NUMBERS =
      Map.of(
          "HUP", HUP, "INT", INT, "QUIT", QUIT, "USR1", USR1, "USR2", USR2, "TERM", TERM, "CONT",
          CONT, "WINCH", WINCH);

  /** Those that are passed on. QUIT is the JVM's own, which cannot be asked for it. */
  private static final String[] FORWARDED = {"TERM", "INT", "HUP", "USR1", "USR2", "WINCH", "CONT"};

  private static final MethodHandle SIGNAL =
      Posix.call("signal", ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);

  private static final MemorySegment IGNORE = MemorySegment.ofAddress(1);

  private final Map<String, Object> before = new LinkedHashMap<>();

  private Signals() {}

  /** The number of a signal of this name, such as {@code HUP}. */
  static OptionalInt number(String name) {
    Integer number = NUMBERS.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /**
   * Has these signals given to {@code taker}, on a thread of its own, until this is closed. One
   * that this process was started to ignore stays ignored, by its children as well.
   */
  static Signals caught(IntConsumer taker) {
    Signals signals = new Signals();
    for (String name : FORWARDED) {
      int number = NUMBERS.getOrDefault(name, 0);
      signals.handle(name, () -> taker.accept(number));
    }
    ignoreQuit();
    return signals;
  }

  /** The JVM answers QUIT with its threads on standard output, amid what the child says. */
  private static void ignoreQuit() {
    try {
      Posix.number("signal", state -> (long) SIGNAL.invokeExact(state, QUIT, IGNORE));
    } catch (IOException refused) {
      // then it is answered
    }
  }

  /**
   * By reflection: {@code sun.misc.Signal} is in the supported module jdk.unsupported, and there is
   * nothing else; a compiler that takes warnings for errors does not let it pass by name.
   */
  private void handle(String name, Runnable what) {
    try {
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object taker =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      what.run();
                      yield null;
                    }
                    case "equals" -> isSame(proxy, arguments[0]);
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "the signal " + name + ", passed on";
                  });
      before.put(name, set(name, taker));
    } catch (ReflectiveOperationException taken) {
      // one that cannot be had is not passed on
    }
  }

  private static Object set(String name, Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    try {
      Object one = signal.getConstructor(String.class).newInstance(name);
      Object earlier = signal.getMethod("handle", signal, handlers).invoke(null, one, handler);
      if (isSame(earlier, handlers.getField("SIG_IGN").get(null))) {
        signal.getMethod("handle", signal, handlers).invoke(null, one, earlier);
      }
      return earlier;
    } catch (InvocationTargetException refused) {
      throw new ReflectiveOperationException(name, refused);
    }
  }

  /** A handler has no equality but its own. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Object one, Object other) {
    return one == other;
  }

  @Override
  public void close() {
    before.forEach(
        (name, handler) -> {
          try {
            set(name, handler);
          } catch (ReflectiveOperationException gone) {
            // nothing of it was ours then
          }
        });
    before.clear();
  }
}
