package io.hushbus.audit;

import java.util.Base64;
import java.util.List;

/** The exports of {@code tampering.txt}, for another verifier: each with what it must say. */
public final class TamperedExports {

  /**
   * One of them.
   *
   * @param beside the checkpoints that were kept apart, or empty
   * @param pinned the public key that is known from elsewhere in base64url, or empty
   * @param outcome the kind of the finding and its record, or {@code SOUND} and how many there are
   */
  public record One(String name, String export, String beside, String pinned, String outcome) {}

  private TamperedExports() {}

  public static List<One> all() {
    return TamperingTest.scenarios().map(TamperedExports::of).toList();
  }

  private static One of(TamperingTest.Scenario scenario) {
    String beside =
        scenario.checkpoints().isPresent()
            ? TamperingTest.resource("golden-checkpoints.jsonl")
            : "";
    String pinned =
        scenario.pinned().isEmpty()
            ? ""
            : Base64.getUrlEncoder().withoutPadding().encodeToString(scenario.pinned().getFirst());
    return new One(scenario.name(), scenario.tampered(), beside, pinned, scenario.outcome());
  }
}
