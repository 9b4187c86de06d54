package io.hushbus.support;

import static org.awaitility.Awaitility.await;

import io.hushbus.db.StatementProbe;
import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees every statement, and on demand ends all of the broker's database sessions just before one of
 * them is sent: what was not committed by then is undone by the server, as in a crash.
 */
public final class Saboteur implements StatementProbe {

  /** A secret of the organization that a test makes for {@link #recovered}. */
  public static final String BEACON = "beacon";

  private static final String END_ALL =
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = 'hushbus_app'
      """;

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Predicate<String>> trap = new AtomicReference<>();
  private volatile Runnable deed = this::strike;
  private @Nullable Connection owner;

  /** Before the first attack, on a world that uses this as its probe. */
  public void attack(World world) {
    try {
      owner = world.database.owner();
    } catch (SQLException refused) {
      throw new IllegalStateException(refused);
    }
  }

  @Override
  public void before(String sql) {
    Predicate<String> armed = trap.get();
    if (armed != null && armed.test(sql) && trap.compareAndSet(armed, null)) {
      deed.run();
    }
    seen.add(sql);
  }

  @Override
  public void after(String sql) {}

  /** The statements sent since the last call, and forgets them. */
  public List<String> statements() {
    List<String> all = List.copyOf(seen);
    seen.clear();
    return all;
  }

  /** Strikes before the first statement that fits, once. */
  public void strikeBefore(Predicate<String> statement) {
    deed = this::strike;
    trap.set(statement);
  }

  /**
   * Holds the first statement that fits until {@code other} is done by somebody else, once: what
   * happens in between in a race, happens always.
   */
  public void meanwhile(Predicate<String> statement, Runnable other) {
    deed = () -> CompletableFuture.runAsync(other).join();
    trap.set(statement);
  }

  /** Strikes before the {@code nth} statement from now, counted from 1. */
  public void strikeBefore(int nth) {
    int[] left = {nth};
    deed = this::strike;
    trap.set(sql -> --left[0] == 0);
  }

  /** Whether the last trap was sprung; takes it away if not. */
  public boolean struck() {
    return trap.getAndSet(null) == null;
  }

  /** Waits until the broker has sessions again; needs the secret {@link #BEACON}. */
  public void recovered(World world, TenantWorld tenant) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> works(world, tenant));
  }

  private static boolean works(World world, TenantWorld tenant) {
    return succeeds(() -> world.db.ping().map(String::valueOf))
        && succeeds(() -> tenant.getting(tenant.organization, BEACON))
        && succeeds(() -> tenant.leasing(tenant.organization, BEACON));
  }

  private static boolean succeeds(Supplier<Future<?>> work) {
    try {
      World.await(work.get());
      return true;
    } catch (Failure.Unavailable notYet) {
      return false;
    }
  }

  private void strike() {
    Connection connection = owner;
    if (connection == null) {
      throw new IllegalStateException("attack(world) comes first");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(END_ALL);
    } catch (SQLException refused) {
      throw new IllegalStateException(refused);
    }
  }
}
