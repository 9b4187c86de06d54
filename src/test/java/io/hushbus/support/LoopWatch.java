package io.hushbus.support;

import io.vertx.core.impl.VertxThread;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds tasks that hold an event loop for more than 50 ms, by looking at every loop each 10 ms.
 *
 * <p>A task is one dispatch of a Vert.x context: the thread publishes when it began, so two looks
 * that read the same beginning saw the same task. Such a task is at fault in two ways:
 *
 * <ul>
 *   <li>it <b>waited</b> for 50 ms: parked, sleeping, at a monitor, or inside a native call of the
 *       file system or the resolver without using the processor. Waits outside a dispatch count too
 *       when the thread used no processor time between the looks;
 *   <li>it <b>computed</b> for 50 ms of its thread's own processor time, which a busy machine does
 *       not lengthen and which contains no garbage collection.
 * </ul>
 *
 * <p>What is not the program's fault is left out. Between two looks at most {@link #LONGEST_STEP}
 * of waiting is charged, so a pause that stops the watch as well (collector, throttled or suspended
 * machine) counts as one step. Time whose stack is in class loading, a static initialiser or the
 * linking of a lambda is not charged, nor is the blow of a {@link Saboteur}. Computing is not
 * judged while the process is in its warm-up, nor the first time that a path of the program
 * computes for long: both measure the interpreter. Waiting always is judged. Netty work outside a
 * dispatch is judged for waiting only.
 */
final class LoopWatch {

  static final Duration LIMIT = Duration.ofMillis(50);
  private static final Duration STEP = Duration.ofMillis(10);
  private static final Duration LONGEST_STEP = Duration.ofMillis(15);
  private static final int FRAMES = 60;

  private static final List<String> WARMING =
      List.of(
          "java.lang.ClassLoader",
          "java.lang.invoke.MethodHandleNatives",
          "java.lang.invoke.LambdaForm",
          "java.lang.invoke.BootstrapMethodInvoker",
          "java.lang.invoke.InnerClassLambdaMetafactory",
          "java.util.ServiceLoader",
          "jdk.internal.loader.");

  /**
   * Holds the loop by intent, as the statement must not go out before the sessions have ended; and
   * the selector's own lock, which whoever wakes it may be suspended with on a busy machine.
   */
  private static final List<String> EXCUSED =
      List.of(Saboteur.class.getName(), "sun.nio.ch.EPollSelectorImpl");

  private static final List<String> BLOCKING_NATIVES =
      List.of(
          "java.io.File",
          "java.io.RandomAccessFile",
          "java.io.UnixFileSystem",
          "java.net.Inet",
          "sun.nio.ch.FileDispatcherImpl",
          "sun.nio.ch.UnixFileDispatcherImpl",
          "sun.nio.ch.Net",
          "sun.nio.fs.");

  private final ThreadMXBean processor = ManagementFactory.getThreadMXBean();
  private final Map<Thread, Loop> loops = new HashMap<>();
  private final Set<String> pathsThatComputed = new HashSet<>();
  private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
  private final String prefix;
  private final Duration warmUp;

  /** Watches the Vert.x threads whose names start with {@code prefix}. */
  private LoopWatch(String prefix, Duration warmUp) {
    this.prefix = prefix;
    this.warmUp = warmUp;
  }

  /** Starts to look, until the process ends; {@code warmUp} is counted from the process's start. */
  static LoopWatch started(String prefix, Duration warmUp) {
    var watch = new LoopWatch(prefix, warmUp);
    Thread.ofPlatform().daemon().name("loop-watch " + prefix).start(watch::lookForever);
    return watch;
  }

  /** Fails with the stacks of all tasks found since the last call, if there are any. */
  void judge() {
    var found = new ArrayList<String>();
    for (String next = violations.poll(); next != null; next = violations.poll()) {
      found.add(next);
    }
    if (!found.isEmpty()) {
      throw new AssertionError("Event loops were held:\n" + String.join("\n", found));
    }
  }

  private void lookForever() {
    long last = System.nanoTime();
    while (true) {
      LockSupport.parkNanos(STEP.toNanos());
      long now = System.nanoTime();
      look(Math.min(now - last, LONGEST_STEP.toNanos()));
      last = now;
    }
  }

  private void look(long step) {
    for (Thread thread : threads()) {
      if (thread instanceof VertxThread loop && loop.getName().startsWith(prefix)) {
        loops.computeIfAbsent(loop, _ -> new Loop(loop)).look(step);
      }
    }
    loops.keySet().removeIf(thread -> !thread.isAlive());
  }

  private static Thread[] threads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    var threads = new Thread[root.activeCount() + 16];
    return Arrays.copyOf(threads, root.enumerate(threads));
  }

  private boolean warmedUp() {
    return ManagementFactory.getRuntimeMXBean().getUptime() >= warmUp.toMillis();
  }

  private static boolean uncharged(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .anyMatch(
            frame ->
                frame.getMethodName().equals("<clinit>")
                    || in(WARMING, frame)
                    || in(EXCUSED, frame));
  }

  private static boolean inBlockingNative(StackTraceElement[] stack) {
    return stack.length > 0 && stack[0].isNativeMethod() && in(BLOCKING_NATIVES, stack[0]);
  }

  /** Whether the path, named by its first method of Hushbus, has not computed for long before. */
  private boolean isCold(StackTraceElement[] stack) {
    String path = "Vert.x";
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().startsWith("io.hushbus.")) {
        path = frame.getClassName() + '.' + frame.getMethodName();
      }
    }
    return pathsThatComputed.add(path);
  }

  private static boolean in(List<String> prefixes, StackTraceElement frame) {
    return prefixes.stream().anyMatch(frame.getClassName()::startsWith);
  }

  /** One thread, and what its present task has been charged with. */
  private final class Loop {

    private final VertxThread thread;
    private long began;
    private long used;
    private boolean parked;
    private long waited;
    private long computed;
    private boolean reported;

    private Loop(VertxThread thread) {
      this.thread = thread;
    }

    private void look(long step) {
      long beganNow = thread.startTime();
      long usedNow = Math.max(used, processor.getThreadCpuTime(thread.threadId()));
      boolean parkedNow = isParked();
      boolean sameTask = beganNow != 0 && beganNow == began;
      boolean sameWait = parked && parkedNow && usedNow == used;
      if (sameTask || sameWait) {
        charge(step, usedNow - used, parkedNow);
      } else {
        acquit();
      }
      began = beganNow;
      used = usedNow;
      parked = parkedNow;
    }

    /** The selector waits in a native call, which the virtual machine counts as running. */
    private boolean isParked() {
      return switch (thread.getState()) {
        case BLOCKED, WAITING, TIMED_WAITING -> true;
        case NEW, RUNNABLE, TERMINATED -> false;
      };
    }

    private void acquit() {
      waited = 0;
      computed = 0;
      reported = false;
    }

    private void charge(long step, long use, boolean parkedNow) {
      StackTraceElement[] stack = thread.getStackTrace();
      if (reported || uncharged(stack)) {
        return;
      }
      if (parkedNow || (use == 0 && inBlockingNative(stack))) {
        waited += step;
      } else if (warmedUp()) {
        computed += use;
      }
      if (waited > LIMIT.toNanos()) {
        report("waited", stack);
      } else if (computed > LIMIT.toNanos()) {
        if (isCold(stack)) {
          reported = true;
        } else {
          report("computed", stack);
        }
      }
    }

    private void report(String what, StackTraceElement[] stack) {
      reported = true;
      violations.add(
          "%s %s for more than %d ms at%n".formatted(thread.getName(), what, LIMIT.toMillis())
              + lines(stack));
    }

    private static String lines(StackTraceElement[] stack) {
      var lines = new StringBuilder();
      Arrays.stream(stack)
          .limit(FRAMES)
          .forEach(frame -> lines.append("    ").append(frame).append('\n'));
      return lines.toString();
    }
  }
}
