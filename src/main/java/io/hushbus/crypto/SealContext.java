package io.hushbus.crypto;

import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a sealed value belongs to. Bound into the content and into the wrapping of its key, so that
 * a blob moved to another row does not open.
 *
 * <p>Names and paths are absent on purpose: a rename must not touch content.
 *
 * @param project the project of the scope, or {@link #NONE}
 * @param domain the domain of the scope, or {@link #NONE}
 * @param version from 1
 * @param createdAtMillis milliseconds since 1970, as stored
 */
public record SealContext(
    TenantId tenant,
    UUID project,
    UUID domain,
    SecretId secret,
    long version,
    long createdAtMillis,
    SecretType type) {

  /** Stands for "no project" and "no domain" of an organization's or a domain's secret. */
  public static final UUID NONE = new UUID(0, 0);

  private static final byte[] CONTENT = Macs.prefixed("secret-version");
  private static final byte[] WRAP = Macs.prefixed("dek-wrap");

  public SealContext {
    if (version < 1) {
      throw new IllegalArgumentException("versions are numbered from 1");
    }
  }

  /**
   * What the content is bound to. Without the generation: giving a version's key a new wrapping
   * must leave the content as it is.
   */
  byte[] content() {
    return encoded(CONTENT, 0).array();
  }

  /** What the wrapped key and the commitment are bound to: the same, and the generation. */
  byte[] wrap(int generation) {
    return encoded(WRAP, 4).putInt(generation).array();
  }

  /** With room for {@code more} bytes. */
  private ByteBuffer encoded(byte[] label, int more) {
    byte[] word = type.word().getBytes(StandardCharsets.US_ASCII);
    int size = 2 + label.length + 4 * 16 + 8 + 8 + 2 + word.length + more;
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put((byte) Sealed.FORMAT).put((byte) Sealed.SUITE).put(label);
    put(put(put(put(out, tenant.value()), project), domain), secret.value());
    out.putLong(version).putLong(createdAtMillis);
    return out.putShort((short) word.length).put(word);
  }

  private static ByteBuffer put(ByteBuffer out, UUID id) {
    return out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }
}
