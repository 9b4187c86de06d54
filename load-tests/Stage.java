import java.util.List;
import java.util.Set;

/** Something that measures a few bars in one run. */
interface Stage {

  Set<Bar> bars();

  Result measure(Bench bench) throws Exception;

  /** What came out: bars, and further workloads that have none. */
  record Result(List<Measured> measured, List<Workload> workloads, long errors) {}
}
