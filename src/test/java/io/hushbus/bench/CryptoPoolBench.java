package io.hushbus.bench;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.SealContext;
import io.hushbus.crypto.Sealed;
import io.hushbus.crypto.Signer;
import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Where opening a value is cheapest: the figures behind the limits of {@link CryptoPool}.
 *
 * <p>Run with:
 *
 * <pre>
 * mvn -q test-compile exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *   -Dexec.args="-cp %classpath org.openjdk.jmh.Main CryptoPoolBench"
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CryptoPoolBench {

  /** Bytes of one value. */
  @Param({"32", "1024", "16384", "65536", "262144", "1048576"})
  public int size;

  private final SecureRandom random = new SecureRandom();
  private final Envelope envelope = new Envelope(random);
  private final TenantId tenant = new TenantId(new UUID(1, 1));
  private final SealContext context =
      new SealContext(
          tenant,
          SealContext.NONE,
          SealContext.NONE,
          new SecretId(new UUID(2, 2)),
          1,
          0,
          SecretType.TEXT);
  private final Signer signer = new Signer(SecretValue.owning(random.generateSeed(32)));

  private Keyring ring;
  private Payload payload;
  private Sealed sealed;
  private Vertx vertx;
  private Context loop;
  private CryptoPool pool;

  @Setup(Level.Trial)
  public void setUp() {
    RootKey root = RootKey.of(SecretValue.owning(random.generateSeed(32)), random);
    ring = Keyring.open(root, tenant, List.of(Keyring.create(root, tenant, 1, random)), 1);
    payload = Payload.ofOne(EntryName.VALUE, SecretValue.owning(new byte[size]));
    sealed = envelope.seal(ring, context, payload);
    vertx = Vertx.vertx();
    loop = vertx.getOrCreateContext();
    pool = new CryptoPool(vertx, 1, CryptoPool.Metrics.NONE);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    pool.close();
    vertx.close().await();
  }

  /** The work alone. */
  @Benchmark
  public int open() {
    return opened();
  }

  @Benchmark
  public Sealed seal() {
    return envelope.seal(ring, context, payload);
  }

  @Benchmark
  public byte[] sign() {
    return signer.sign(new byte[64]);
  }

  /** One turn of an event loop that does nothing: what the next two have in common. */
  @Benchmark
  public int turnEmpty() {
    return turn(() -> Future.succeededFuture(1));
  }

  /** One open, in place on the event loop. */
  @Benchmark
  public int turnInline() {
    return turn(() -> Future.succeededFuture(opened()));
  }

  /** One open, on the pool and back to the event loop. */
  @Benchmark
  public int turnPool() {
    return turn(() -> pool.heavy(this::opened));
  }

  /** Sixteen opens of one turn, where the pool decides: the first ones inline, the rest batched. */
  @Benchmark
  public int turnSixteenDecided() {
    return turn(() -> sixteen(() -> pool.symmetric(size, this::opened)));
  }

  /** Sixteen opens of one turn, all in place. */
  @Benchmark
  public int turnSixteenInline() {
    return turn(() -> sixteen(() -> Future.succeededFuture(opened())));
  }

  private int opened() {
    try (Payload opened = envelope.open(ring, context, sealed)) {
      return opened.size();
    }
  }

  private interface Step {
    Future<Integer> run();
  }

  private int turn(Step step) {
    Promise<Integer> promise = Promise.promise();
    loop.runOnContext(turn -> step.run().onComplete(promise::complete, promise::fail));
    return promise.future().await();
  }

  private static Future<Integer> sixteen(Step step) {
    List<Future<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      all.add(step.run());
    }
    return Future.all(all).map(done -> 16);
  }
}
