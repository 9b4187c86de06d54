package io.hushbus.console;

import com.microsoft.playwright.PlaywrightException;
import io.hushbus.model.Role;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A broker for the tests of a class, with tenant {@code acme}, project {@code demo}, and somebody
 * in each role. To be registered by the class; {@link #visit} opens the console in a browser of its
 * own, which is closed and judged when the test is over.
 */
final class ConsoleWorld implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

  private static final Path PICTURES = Path.of("target", "console");

  private final Supplier<Brokers.Tuning> tuning;
  private final Map<Role, String> keys = new EnumMap<>(Role.class);
  private final List<Visit> visits = new ArrayList<>();
  private @Nullable Brokers brokers;
  private @Nullable BrokerNode node;
  private @Nullable Tenancy acme;

  private ConsoleWorld(Supplier<Brokers.Tuning> tuning) {
    this.tuning = tuning;
  }

  /** Starts before the first test of the class: static fields of it may be set in BeforeAll. */
  static ConsoleWorld perClass() {
    return with(() -> Brokers.Tuning.USUAL);
  }

  /** The same with settings, which are asked for when it starts. */
  static ConsoleWorld with(Supplier<Brokers.Tuning> tuning) {
    return new ConsoleWorld(tuning);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Brokers started = Brokers.fresh();
    brokers = started;
    node = started.start(tuning.get());
    Client operator = node().client(started.operator());
    Tenancy made = started.tenant(operator, "acme");
    acme = made;
    Client admin = as(made.admin());
    keys.put(Role.ADMIN, made.admin());
    keys.put(Role.DEVELOPER, made.app());
    keys.put(Role.RUNNER, made.runner());
    keys.put(Role.VIEWER, made.viewer());
    keys.put(Role.OPERATOR, started.operator());
    for (Role role : List.of(Role.EDITOR, Role.AUDITOR)) {
      keys.put(
          role, Tenancy.account(admin, role.word(), new JsonObject().put("role", role.word())));
    }
  }

  /** The key of somebody who has that role in the whole tenant; the viewer in the project. */
  String key(Role role) {
    return Objects.requireNonNull(keys.get(role));
  }

  /** The API as somebody in that role, for what is not the matter of a test. */
  Client as(Role role) {
    return as(key(role));
  }

  Client as(String key) {
    return node().client(key);
  }

  Tenancy acme() {
    return Objects.requireNonNull(acme);
  }

  Brokers brokers() {
    return Objects.requireNonNull(brokers);
  }

  BrokerNode node() {
    return Objects.requireNonNull(node);
  }

  /** The console on a desk, nobody signed in. */
  Visit visit() {
    return visit(Look.DESK);
  }

  Visit visit(Look look) {
    return visit(look, node().address());
  }

  /** The same by another address, where something stands in between. */
  Visit visit(Look look, String address) {
    Visit visit = new Visit(Chromium.context(look), address);
    visits.add(visit);
    return visit.open("/");
  }

  /** The console on a desk, with somebody of that role signed in. */
  Visit visit(Role role) {
    return visit().signIn(key(role));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Optional<Throwable> failed = context.getExecutionException();
    List<String> troubles = new ArrayList<>();
    try {
      for (Visit visit : visits) {
        failed.ifPresent(
            why -> visit.picture(PICTURES.resolve(name(context, visits.indexOf(visit)))));
        troubles.addAll(visit.troubles());
      }
    } catch (PlaywrightException gone) {
      troubles.add(gone.toString());
    } finally {
      visits.forEach(Visit::close);
      visits.clear();
    }
    if (!troubles.isEmpty()) {
      throw new AssertionError(String.join("\n", troubles));
    }
  }

  private static String name(ExtensionContext context, int visit) {
    return context.getRequiredTestClass().getSimpleName()
        + "."
        + context.getRequiredTestMethod().getName()
        + (visit == 0 ? "" : "-" + visit)
        + ".png";
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (brokers != null) {
      brokers.close();
    }
  }
}
