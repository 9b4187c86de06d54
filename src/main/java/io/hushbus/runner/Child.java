package io.hushbus.runner;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that runs with secrets. Safe for many threads. */
final class Child {

  /** How long output of what the child has started is waited for after its own end. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(1);

  private final int id;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private boolean reaped;

  private Child(int id, Console.Connection connection) {
    this.id = id;
    Thread.ofPlatform().daemon().name("hushbus-child-" + id).start(() -> follow(connection));
  }

  /**
   * Starts it.
   *
   * @param secrets by the names of variables
   * @throws Spawn.Failed saying why it does not run
   */
  static Child start(
      Command command,
      Path directory,
      Variables variables,
      Map<String, SecretValue> secrets,
      Console console)
      throws Spawn.Failed, IOException {
    Path program = Spawn.find(command.program(), directory, variables.plain("PATH"));
    Console.Connection connection = console.connect();
    try (Arena arena = Arena.ofConfined()) {
      List<MemorySegment> environment = variables.segments(arena, secrets);
      try {
        int id =
            Spawn.start(
                program, command.segments(arena), environment, directory, connection.wiring());
        connection.begin();
        return new Child(id, connection);
      } finally {
        Variables.wipe(environment);
      }
    } catch (IOException refused) {
      connection.cancel();
      throw refused;
    }
  }

  private void follow(Console.Connection connection) {
    try {
      Posix.awaitEnd(id);
      int code;
      synchronized (this) {
        code = Posix.reap(id);
        reaped = true;
      }
      connection.end(AFTERWARDS);
      end.complete(code);
    } catch (IOException lost) {
      end.completeExceptionally(lost);
    }
  }

  int id() {
    return id;
  }

  /** Its exit code, once it has one and all that it wrote was carried: 128 + n by signal n. */
  CompletableFuture<Integer> end() {
    return end;
  }

  /** Runs this when it has ended, or is lost. */
  @SuppressWarnings("FutureReturnValueIgnored") // what became of it is asked of end()
  void whenEnded(Runnable then) {
    end.whenComplete((code, lost) -> then.run());
  }

  /** Sends it a signal, unless it has ended; whether it was sent. */
  synchronized boolean signal(int number) {
    return !reaped && Posix.kill(id, number);
  }

  /** Has it end: asks it by TERM, and kills it when that time has passed. */
  int stop(Duration grace) throws InterruptedException {
    signal(Signals.TERM);
    signal(Signals.CONT); // one that is stopped hears nothing before
    try {
      return end.get(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      signal(Signals.KILL);
    } catch (ExecutionException lost) {
      throw new IllegalStateException("a child is gone without an end: this is a bug", lost);
    }
    return end.join();
  }
}
