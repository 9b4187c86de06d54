package io.hushbus.bench;

import io.hushbus.http.Body;
import io.hushbus.http.LeaseRequests;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the front door spends on the body of a lease request: read alone, and read and validated.
 *
 * <p>Run with:
 *
 * <pre>
 * mvn -q test-compile exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *   -Dexec.args="-cp %classpath org.openjdk.jmh.Main LeaseRequestBench"
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LeaseRequestBench {

  private final LeaseRequests requests = new LeaseRequests();
  private final byte[] json =
      """
      {"project":"demo","domain":"development","secrets":[{"secret":"db-password"}],"ttl":"15m"}
      """
          .getBytes(StandardCharsets.UTF_8);

  /** Only read. */
  @Benchmark
  public Body read() {
    return requests.read(json);
  }

  /** Read and validated. */
  @Benchmark
  public int readAndValidate() {
    return requests.faults(json);
  }
}
