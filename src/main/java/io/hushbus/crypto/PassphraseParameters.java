package io.hushbus.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a passphrase becomes a root key: salt and costs of Argon2id (RFC 9106), kept beside the data
 * as one line of text, {@code $argon2id$v=19$m=262144,t=3,p=4$<salt in base64>}. Not secret.
 *
 * <p>The bounds hold for every instance, so that neither a weakened nor an exhausting set of
 * parameters is ever computed.
 *
 * @param salt 16 random bytes
 * @param memoryKib 64 MiB to 1 GiB, in KiB
 * @param iterations 3 to 16
 * @param parallelism 1 to 16 lanes
 */
public record PassphraseParameters(byte[] salt, int memoryKib, int iterations, int parallelism) {

  private static final Pattern LINE =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([1-9][0-9]{0,7}),t=([1-9][0-9]{0,2}),p=([1-9][0-9]{0,2})"
              + "\\$([A-Za-z0-9+/]{22})\n?");
  private static final int SALT = 16;
  private static final int LONGEST_LINE = 128;

  public PassphraseParameters {
    within("salt bytes", salt.length, SALT, SALT);
    within("m", memoryKib, 64 * 1024, 1024 * 1024);
    within("t", iterations, 3, 16);
    within("p", parallelism, 1, 16);
    salt = salt.clone();
  }

  /** The recommended costs (256 MiB, 3 passes, 4 lanes) with a fresh salt. */
  public static PassphraseParameters recommended(SecureRandom random) {
    return new PassphraseParameters(new Entropy(random).bytes(SALT), 256 * 1024, 3, 4);
  }

  /**
   * @throws RootKeyRefused unless the text is exactly one such line, within the bounds
   */
  public static PassphraseParameters parse(String text) {
    Matcher line = LINE.matcher(text.length() <= LONGEST_LINE ? text : "");
    if (!line.matches()) {
      throw new RootKeyRefused(
          "the passphrase parameters are not one line like"
              + " $argon2id$v=19$m=262144,t=3,p=4$<22 characters of base64>");
    }
    return new PassphraseParameters(
        salt(line.group(4)), number(line, 1), number(line, 2), number(line, 3));
  }

  /** The line that {@link #parse} reads. */
  public String text() {
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s"
        .formatted(memoryKib, iterations, parallelism, encoded(salt));
  }

  @Override
  public byte[] salt() {
    return salt.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PassphraseParameters that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(salt);
  }

  @Override
  public String toString() {
    return text();
  }

  private static int number(Matcher line, int group) {
    return Integer.parseInt(line.group(group));
  }

  // Base64 of 16 bytes leaves four unused bits; only their zero form is accepted.
  private static byte[] salt(String text) {
    byte[] salt = Base64.getDecoder().decode(text);
    if (!encoded(salt).equals(text)) {
      throw new RootKeyRefused("the salt of the passphrase parameters is not canonical base64");
    }
    return salt;
  }

  private static String encoded(byte[] salt) {
    return Base64.getEncoder().withoutPadding().encodeToString(salt);
  }

  private static void within(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new RootKeyRefused(
          "passphrase parameter %s is %d; allowed are %d to %d"
              .formatted(what, value, least, most));
    }
  }
}
