package io.hushbus.http;

/** Reads and checks bodies of {@code POST /leases} as the front door does; for measurements. */
public final class LeaseRequests {

  private final Operation.BodyType type =
      Contract.load().operations().stream()
          .filter(operation -> operation.id().equals("grantLeases"))
          .map(operation -> operation.bodies().get("application/json"))
          .findFirst()
          .orElseThrow();

  /** The number of faults of a body. */
  public int faults(byte[] json) {
    return type.schema().faults(read(json).tree()).size();
  }

  /** The body alone, unchecked. */
  public Body read(byte[] json) {
    return BodyReader.read(json, type.shape(), BodyReader.Caps.KNOWN, new byte[32]);
  }
}
