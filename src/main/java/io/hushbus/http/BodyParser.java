package io.hushbus.http;

import io.hushbus.model.Failure;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Makes of the bytes of a body, by its media type, what the contract lets an endpoint have. */
final class BodyParser {

  private BodyParser() {}

  /**
   * The body, checked against its schema; the bytes are overwritten.
   *
   * @param earlier what is wrong with the parameters, to be told in the same answer
   * @throws Failure invalid, naming every fault
   */
  static Body parse(Operation of, String type, byte[] bytes, List<Failure.Field> earlier) {
    try {
      Operation.BodyType kind = of.bodies().get(type);
      if (kind == null) {
        throw new IllegalStateException("the media type was found in the contract before");
      }
      return checked(kind, readable(of, kind, bytes, earlier), earlier);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static Body checked(Operation.BodyType kind, Body read, List<Failure.Field> earlier) {
    try {
      flawless(earlier, Pointers.joined(read.faults(), kind.schema().faults(read.tree())));
      return read;
    } catch (RuntimeException refused) {
      read.close();
      throw refused;
    }
  }

  private static Body readable(
      Operation of, Operation.BodyType kind, byte[] bytes, List<Failure.Field> earlier) {
    try {
      return read(of, kind, bytes, sha256().digest(bytes));
    } catch (Failure.Invalid unreadable) {
      flawless(earlier, unreadable.fields());
      throw unreadable;
    }
  }

  /**
   * @throws Failure invalid, with all that is wrong, unless nothing is
   */
  static void flawless(List<Failure.Field> earlier, List<Failure.Field> faults) {
    if (earlier.isEmpty() && faults.isEmpty()) {
      return;
    }
    List<Failure.Field> all =
        Stream.concat(earlier.stream(), faults.stream()).limit(Pointers.MOST).toList();
    if (!all.isEmpty()) {
      throw Failure.invalid(all);
    }
  }

  private static Body read(Operation of, Operation.BodyType kind, byte[] bytes, byte[] digest) {
    boolean form = of.bodies().containsKey("application/x-www-form-urlencoded");
    if (form && kind.shape() instanceof Shape.Fields fields) {
      return FormReader.read(bytes, fields, digest);
    }
    BodyReader.Caps caps = of.open() ? BodyReader.Caps.OPEN : BodyReader.Caps.KNOWN;
    return BodyReader.read(bytes, kind.shape(), caps, digest);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
