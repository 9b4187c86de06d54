import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.SealContext;
import io.hushbus.crypto.Sealed;
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
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Bars 14 and 15: opening values of 1 KiB in this process. */
final class Crypto implements Stage {

  private static final int SIZE = 1_024;
  private static final int A_TURN = 16;
  private static final int AT_ONCE = 1_000;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final Envelope envelope = new Envelope(random);
  private final SealContext context =
      new SealContext(
          new TenantId(new UUID(1, 1)),
          SealContext.NONE,
          SealContext.NONE,
          new SecretId(new UUID(2, 2)),
          1,
          0,
          SecretType.TEXT);
  private final Keyring ring = ring();
  private final Sealed sealed =
      envelope.seal(
          ring, context, Payload.ofOne(EntryName.VALUE, SecretValue.owning(new byte[SIZE])));

  @Override
  public Set<Bar> bars() {
    return EnumSet.of(Bar.POOL, Bar.ENVELOPE);
  }

  @Override
  public Result measure(Bench bench) throws Exception {
    Vertx vertx = Vertx.vertx();
    Context loop = vertx.getOrCreateContext();
    double seconds = bench.seconds() / 2;
    Rounds rounds = new Rounds(bench.rounds());
    try (CryptoPool pool = new CryptoPool(vertx, 1, CryptoPool.Metrics.NONE)) {
      IntSupplier ciphers = ciphers();
      rounds
          .side(
              "pool",
              () -> rate(seconds, () -> turn(loop, () -> pool.symmetric(SIZE, this::opened))))
          .side("inline", () -> rate(seconds, () -> turn(loop, this::inline)))
          .side("envelope", () -> rate(seconds, this::opened))
          .side("ciphers", () -> rate(seconds, ciphers));
      for (String side : List.of("pool", "inline", "envelope", "ciphers")) {
        rounds.once(side); // the JVM compiles
      }
      rounds.run();
    } finally {
      vertx.close().await();
    }
    return new Result(
        List.of(
            told(Bar.POOL, rounds, "pool", "inline", A_TURN, "opens, sixteen a turn of a loop"),
            told(Bar.ENVELOPE, rounds, "envelope", "ciphers", 1, "opens")),
        List.of(),
        0);
  }

  private static Measured told(
      Bar bar, Rounds rounds, String mine, String other, int each, String what) {
    return Measured.of(
        bar,
        rounds.ratio(mine, other),
        "%.0f/s beside %.0f/s %s",
        rounds.of(mine).median() * each,
        rounds.of(other).median() * each,
        what);
  }

  private Keyring ring() {
    RootKey root = RootKey.of(SecretValue.owning(random.generateSeed(32)), random);
    TenantId tenant = new TenantId(new UUID(1, 1));
    return Keyring.open(root, tenant, List.of(Keyring.create(root, tenant, 1, random)), 1);
  }

  private int opened() {
    try (Payload opened = envelope.open(ring, context, sealed)) {
      return opened.size();
    }
  }

  private Future<Integer> inline() {
    return Future.succeededFuture(opened());
  }

  /** As many opens as a busy loop does in one turn, with their way back to the loop. */
  private static int turn(Context loop, Supplier<Future<Integer>> open) {
    Promise<Integer> promise = Promise.promise();
    loop.runOnContext(
        turn -> {
          List<Future<Integer>> all = new ArrayList<>();
          for (int i = 0; i < A_TURN; i++) {
            all.add(open.get());
          }
          Future.all(all).map(A_TURN).onComplete(promise::complete, promise::fail);
        });
    return promise.future().await();
  }

  /** A wrapped key of 32 bytes, then a kibibyte, with ciphers that are kept. */
  private static IntSupplier ciphers() throws GeneralSecurityException {
    SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
    GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, new byte[12]);
    byte[] wrapped = cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(new byte[32]);
    byte[] content = cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(new byte[SIZE]);
    Cipher first = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    Cipher second = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    return () -> {
      try {
        first.init(Cipher.DECRYPT_MODE, key, nonce);
        SecretKeySpec unwrapped = new SecretKeySpec(first.doFinal(wrapped), "AES");
        second.init(Cipher.DECRYPT_MODE, unwrapped, nonce);
        return second.doFinal(content).length;
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException(impossible);
      }
    };
  }

  private static Cipher cipher(int mode, SecretKeySpec key, GCMParameterSpec nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    cipher.init(mode, key, nonce);
    return cipher;
  }

  /** How often a second. */
  private static double rate(double seconds, IntSupplier work) {
    long begun = System.nanoTime();
    long end = begun + (long) (seconds * 1e9);
    long done = 0;
    long sum = 0;
    while (System.nanoTime() < end) {
      for (int i = 0; i < AT_ONCE; i++) {
        sum += work.getAsInt();
      }
      done += AT_ONCE;
    }
    if (sum == 0) {
      throw new IllegalStateException("nothing was done");
    }
    return done / ((System.nanoTime() - begun) / 1e9);
  }
}
