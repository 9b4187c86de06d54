package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import io.hushbus.model.SecretValue;
import io.hushbus.tenant.Installation;
import java.security.SecureRandom;

/** Makes the tokens of runs. Each is shown once; stored is a keyed hash, as of account keys. */
public final class RunTokens {

  /**
   * A new token, to be closed by whoever shows it, and what is stored of it.
   *
   * @param generation of the pepper under which the hash is
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  public record Minted(SecretValue token, byte[] mac, int generation) implements AutoCloseable {

    @Override
    public void close() {
      token.close();
    }

    @Override
    public String toString() {
      return "Minted[hidden]";
    }
  }

  private final Peppers peppers;

  public RunTokens(Installation installation, SecureRandom random) {
    this.peppers = new Peppers(installation, random);
  }

  public Minted mint() {
    Peppers.Minted made = peppers.mint(ApiKey.Kind.RUN);
    return new Minted(made.key().value(), made.mac(), made.generation());
  }
}
