package io.hushbus.rotation;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.model.EntryName;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Makes values, in the crypto pool: key pairs take their time. The caller closes them. */
public final class Generator {

  static final EntryName PRIVATE = new EntryName("private_key");
  static final EntryName PUBLIC = new EntryName("public_key");

  private final CryptoPool pool;
  private final SecureRandom random;

  public Generator(CryptoPool pool, SecureRandom random) {
    this.pool = pool;
    this.random = random;
  }

  /** The entries of what is asked for: one under {@code single}, or those of a pair of keys. */
  Future<Map<EntryName, SecretValue>> make(Source.Generate wanted, EntryName single) {
    return pool.heavy(() -> made(wanted, single));
  }

  private Map<EntryName, SecretValue> made(Source.Generate wanted, EntryName single) {
    return switch (wanted.kind()) {
      case PASSWORD -> Map.of(single, taken(password(wanted.length(), wanted.alphabet())));
      case BYTES -> Map.of(single, taken(bytes(wanted.length())));
      case UUID -> Map.of(single, taken(uuid()));
      case ED25519 -> pair("Ed25519", 0);
      case RSA -> pair("RSA", wanted.length());
    };
  }

  /** Each character equally likely: the bound is no power of two, so plain remainders would not. */
  private byte[] password(int length, String alphabet) {
    byte[] letters = alphabet.getBytes(StandardCharsets.US_ASCII);
    byte[] password = new byte[length];
    for (int i = 0; i < length; i++) {
      password[i] = letters[random.nextInt(letters.length)];
    }
    return password;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] uuid() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
    return new UUID(high, low).toString().getBytes(StandardCharsets.US_ASCII);
  }

  private Map<EntryName, SecretValue> pair(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (bits > 0) {
        generator.initialize(bits, random);
      }
      KeyPair pair = generator.generateKeyPair();
      Map<EntryName, SecretValue> entries = new LinkedHashMap<>();
      entries.put(PRIVATE, taken(pem("PRIVATE KEY", pair.getPrivate().getEncoded())));
      entries.put(PUBLIC, taken(pem("PUBLIC KEY", pair.getPublic().getEncoded())));
      return entries;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519 and RSA", e);
    }
  }

  /** RFC 7468, as bytes from the start: no text of it is ever made. */
  private static byte[] pem(String label, byte[] encoded) {
    byte[] begin = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] end = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(encoded);
    byte[] all = Arrays.copyOf(begin, begin.length + body.length + end.length);
    System.arraycopy(body, 0, all, begin.length, body.length);
    System.arraycopy(end, 0, all, begin.length + body.length, end.length);
    Arrays.fill(body, (byte) 0);
    Arrays.fill(encoded, (byte) 0);
    return all;
  }

  private static SecretValue taken(byte[] bytes) {
    SecretValue value = SecretValue.copyOf(bytes);
    Arrays.fill(bytes, (byte) 0);
    return value;
  }
}
