package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * The end of every lease of a kind that was issued up to a moment, whether or not the leases say so
 * themselves yet.
 *
 * @param by who ended them
 */
public record Revocation(UUID id, Selector of, Instant at, String by) {

  /** What leases may be ended by. */
  public enum Kind {
    RUN,
    SECRET,
    VERSION,
    HOLDER,
    ADOPTION;

    /** The word used in the API and the database: stable for ever. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * Which leases: those of a run or a principal, those on a secret, those on it that hold one
   * version, or those come to by an adoption.
   */
  public record Selector(Kind kind, UUID id, OptionalInt version) {

    public static Selector ofRun(RunId run) {
      return new Selector(Kind.RUN, run.value(), OptionalInt.empty());
    }

    public static Selector ofSecret(SecretId secret) {
      return new Selector(Kind.SECRET, secret.value(), OptionalInt.empty());
    }

    public static Selector ofVersion(SecretId secret, int version) {
      return new Selector(Kind.VERSION, secret.value(), OptionalInt.of(version));
    }

    public static Selector ofHolder(UUID principal) {
      return new Selector(Kind.HOLDER, principal, OptionalInt.empty());
    }

    static Selector ofAdoption(UUID adoption) {
      return new Selector(Kind.ADOPTION, adoption, OptionalInt.empty());
    }

    /** As notices and audit records say it. */
    Map<String, Object> said() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put(
          switch (kind) {
            case RUN -> "run_id";
            case SECRET, VERSION -> "secret_id";
            case HOLDER -> "holder_id";
            case ADOPTION -> "adoption_id";
          },
          id.toString());
      version.ifPresent(number -> all.put("version", number));
      return all;
    }
  }

  /** What the row's MAC covers. */
  Canonical canonical(TenantId tenant) {
    return Canonical.of("lease-revocation/1")
        .id(tenant.value())
        .id(id)
        .text(of.kind().word())
        .id(of.id())
        .number(of.version().isPresent() ? (Long) (long) of.version().getAsInt() : null)
        .time(at)
        .text(by);
  }
}
