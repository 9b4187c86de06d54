package io.hushbus.crypto;

/**
 * The root key cannot be used, and why, in one sentence for the operator: which rule was broken and
 * what to type. Never holds anything of the key.
 */
public final class RootKeyRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RootKeyRefused(String sentence) {
    super(sentence);
  }

  RootKeyRefused(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
