package io.hushbus.client;

import io.hushbus.model.SecretValue;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** What a program does that has nothing but the client's own jar. Run by {@link ClientJarIT}. */
public final class JarProbe {

  private JarProbe() {}

  /**
   * Leases a secret for a run, by hand and then sealed.
   *
   * @return the value; and what sealed delivery did
   */
  public static String[] lease(String address, String token, String secret, String job) {
    try (HushbusClient client =
            HushbusClient.of(URI.create(address), SecretValue.ofText(token), Optional.empty());
        Run run = client.open(RunAsk.of("demo", job).heartbeat(Duration.ofMinutes(1)));
        Events events = run.events(EventAsk.NOW);
        Lease lease = run.lease(LeaseAsk.of(secret)).lease()) {
      events.next(Duration.ZERO);
      lease.onRotation(newer -> {});
      return new String[] {shown(lease), sealed(client, secret, job + "-sealed")};
    }
  }

  private static String sealed(HushbusClient client, String secret, String job) {
    try (Run run = client.open(RunAsk.of("demo", job).sealed(Sealing.X25519))) {
      return shown(run.lease(LeaseAsk.of(secret)).lease());
    } catch (IllegalStateException noBouncyCastle) {
      return String.valueOf(noBouncyCastle.getMessage());
    }
  }

  private static String shown(Lease lease) {
    return lease.current().value().reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
