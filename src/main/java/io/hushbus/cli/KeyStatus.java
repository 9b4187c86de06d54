package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.RootKeyState;
import io.hushbus.client.TenantKey;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hushbus key status}: the root key, or the generations of a tenant's key. */
@Command(
    name = "status",
    description = "Show the root key in use, or the generations of a tenant's key.",
    mixinStandardHelpOptions = true)
final class KeyStatus implements Callable<Integer> {

  @Option(names = "--tenant", paramLabel = "NAME", description = "The key of this tenant.")
  private @Nullable String tenant;

  @Mixin private ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    try (HushbusClient client = options.client()) {
      PrintWriter out = spec.commandLine().getOut();
      if (tenant == null) {
        root(out, client.rootKey());
      } else {
        out.printf(
            "%-10s  %-8s  %8s  %-20s  %s%n",
            "GENERATION", "STATE", "VERSIONS", "CREATED", "RETIRED");
        client.tenantKeys(tenant).forEach(key -> generation(out, key));
      }
      out.flush();
      return Exit.OK;
    }
  }

  private static void root(PrintWriter out, RootKeyState state) {
    out.println("current  " + state.current());
    state.next().ifPresent(next -> out.println("next     " + next));
    state.inUse().forEach(id -> out.println("in use   " + id));
  }

  private static void generation(PrintWriter out, TenantKey key) {
    out.printf(
        "%-10d  %-8s  %8d  %-20s  %s%n",
        key.generation(),
        key.state(),
        key.versions(),
        seconds(key.createdAt()),
        key.retiredAt().map(KeyStatus::seconds).orElse("-"));
  }

  private static String seconds(Instant at) {
    return Instant.ofEpochSecond(at.getEpochSecond()).toString();
  }
}
