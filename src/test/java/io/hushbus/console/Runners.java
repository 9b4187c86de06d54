package io.hushbus.console;

import io.hushbus.client.Callback;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Lease;
import io.hushbus.client.LeaseAsk;
import io.hushbus.client.Outcome;
import io.hushbus.client.Rotation;
import io.hushbus.client.Run;
import io.hushbus.client.RunAsk;
import io.hushbus.model.SecretValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Programs that run and hold secrets while somebody looks on, by the client that programs use. */
final class Runners implements AutoCloseable {

  private final HushbusClient client;
  private final List<Run> runs = new ArrayList<>();

  Runners(String address, String key) {
    client = HushbusClient.of(URI.create(address), SecretValue.ofText(key), Optional.empty());
  }

  /** A run that leases the secret and does nothing when it changes. */
  Lease holding(String run, String secret) {
    Run opened = client.open(RunAsk.of("demo", run));
    runs.add(opened);
    return opened.lease(LeaseAsk.of(secret)).lease();
  }

  /** One that takes the new version, but not before {@code now}. */
  void moving(String run, String secret, CountDownLatch now) {
    following(run, secret, newer -> now.await());
  }

  /** One that cannot. */
  void failing(String run, String secret, String why) {
    following(
        run,
        secret,
        newer -> {
          throw new Rotation.Failed(why);
        });
  }

  private void following(String run, String secret, Callback callback) {
    holding(run, secret).onRotation(callback);
  }

  /** They have done what they had to do. */
  void endAll() {
    runs.forEach(run -> run.complete(Outcome.SUCCEEDED));
  }

  /** The runs end, in the order in which they began. */
  @Override
  public void close() {
    runs.forEach(Run::close);
    client.close();
  }
}
