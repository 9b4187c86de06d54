package io.hushbus.crypto;

import io.hushbus.model.SecretValue;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Where the root key comes from: a file, a passphrase or, for development, the environment.
 *
 * <p>Loading blocks (a passphrase takes about a second and its memory cost): call it at start,
 * never on an event loop.
 */
public sealed interface RootKeySource {

  /**
   * @throws RootKeyRefused with a sentence for the operator
   */
  default RootKey load() {
    return load(new SecureRandom());
  }

  /**
   * @param random gives the nonces of everything that the root key will wrap
   * @throws RootKeyRefused with a sentence for the operator
   */
  RootKey load(SecureRandom random);

  /** A file of mode 0600 or tighter that belongs to the process: 32 raw bytes, or base64. */
  record File(Path path) implements RootKeySource {
    @Override
    public RootKey load(SecureRandom random) {
      return RootKey.of(RootKeyFile.read(path), random);
    }
  }

  /** Words known to an operator, stretched by Argon2id with the parameters stored beside. */
  record Passphrase(SecretValue words, PassphraseParameters parameters) implements RootKeySource {

    /** Fewer bytes than this can be guessed whatever the cost. */
    public static final int SHORTEST = 12;

    @Override
    public RootKey load(SecureRandom random) {
      if (words.size() < SHORTEST) {
        throw new RootKeyRefused("the passphrase is too short: use at least 12 bytes");
      }
      return RootKey.of(SecretValue.owning(words.reveal(this::stretched)), random);
    }

    private byte[] stretched(byte[] password) {
      var costs =
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withSalt(parameters.salt())
              .withMemoryAsKB(parameters.memoryKib())
              .withIterations(parameters.iterations())
              .withParallelism(parameters.parallelism())
              .build();
      var argon2 = new Argon2BytesGenerator();
      argon2.init(costs);
      byte[] key = new byte[RootKey.SIZE];
      argon2.generateBytes(password, key);
      return key;
    }
  }

  /**
   * A variable of the environment in hex or base64. Visible to every process of the same user, and
   * in crash files: for development only; the configuration refuses it elsewhere.
   */
  record Environment(SecretValue text) implements RootKeySource {
    @Override
    public RootKey load(SecureRandom random) {
      return RootKey.of(
          text.reveal(
              bytes ->
                  RootKeyText.parse(bytes)
                      .orElseThrow(
                          () ->
                              new RootKeyRefused(
                                  "the root key in the environment is not 32 random bytes in hex"
                                      + " or base64: make one with `openssl rand -hex 32`"))),
          random);
    }
  }

  /**
   * Writes 32 random bytes to a new file of mode 0600; an existing file is never overwritten.
   *
   * @throws RootKeyRefused if the file exists or cannot be written
   */
  static void generateFile(Path path) {
    generateFile(path, new SecureRandom());
  }

  /** As {@link #generateFile(Path)}, with the randomness passed in. */
  static void generateFile(Path path, SecureRandom random) {
    byte[] key = new Entropy(random).bytes(RootKey.SIZE);
    try {
      RootKeyFile.create(path, key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }
}
