package io.hushbus.access;

import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Role;
import io.hushbus.outbound.Destination;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whom a tenant lets in on the word of an identity provider, and what they are made.
 *
 * <p>A token is taken if issuer and audience are exactly these, one of the keys signed it by one of
 * the algorithms, it lives no longer than {@code longest}, and all conditions hold. A certificate
 * is taken if all conditions hold.
 *
 * @param issuer and {@code audience} are empty for certificates
 * @param anySubject says that there is no condition on purpose
 */
public record ProviderRules(
    ObjectName name,
    Kind kind,
    String issuer,
    String audience,
    KeySource keys,
    Set<Algorithm> algorithms,
    Duration longest,
    List<Condition> conditions,
    boolean anySubject,
    List<RoleMapping> mappings) {

  /** What subjects show. */
  public enum Kind {
    JWT,
    MTLS;

    /** The word in the API and the database. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Longest life of a token that may be asked for. */
  public static final Duration LONGEST = Duration.ofHours(24);

  /** Most mappings: one bit each of a positive number. */
  static final int MAPPINGS = 32;

  private static final int TEXT = 512;

  public ProviderRules {
    algorithms = Set.copyOf(algorithms);
    conditions = List.copyOf(conditions);
    mappings = List.copyOf(mappings);
    accept(conditions.isEmpty() == anySubject, "/any_subject");
    accept(!mappings.isEmpty() && mappings.size() <= MAPPINGS, "/mappings");
    accept(mappings.stream().allMatch(one -> one.role() != Role.OPERATOR), "/mappings");
    accept(longest.isPositive() && longest.compareTo(LONGEST) <= 0, "/max_token_lifetime");
    if (kind == Kind.JWT) {
      accept(named(issuer), "/issuer");
      accept(named(audience), "/audience");
      accept(!algorithms.isEmpty(), "/algorithms");
      accept(!(keys instanceof KeySource.Certificates), "/jwks_url");
      accept(!(keys instanceof KeySource.Url(var url, var ca)) || isUrl(url), "/jwks_url");
    } else {
      accept(issuer.isEmpty(), "/issuer");
      accept(audience.isEmpty(), "/audience");
      accept(keys instanceof KeySource.Certificates, "/jwks_url");
    }
  }

  /** Whether this is a subject of the provider. */
  boolean admits(Claims claims) {
    return conditions.stream().allMatch(condition -> condition.holds(claims));
  }

  /** Which of the mappings hold, one bit each. */
  long held(Claims claims) {
    return IntStream.range(0, mappings.size())
        .filter(index -> mappings.get(index).holds(claims))
        .mapToLong(index -> 1L << index)
        .sum();
  }

  /** The roles behind {@link #held}. */
  List<Caller.Binding> bindings(long held) {
    return IntStream.range(0, mappings.size())
        .filter(index -> (held & (1L << index)) != 0)
        .mapToObj(index -> mappings.get(index).binding())
        .distinct()
        .toList();
  }

  private static boolean isUrl(String url) {
    return Destination.parse(url).isPresent();
  }

  private static boolean named(String text) {
    return !text.isEmpty()
        && text.length() <= TEXT
        && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
  }

  private static void accept(boolean condition, String pointer) {
    if (!condition) {
      throw Failure.invalid(pointer, Failure.Code.NOT_ALLOWED);
    }
  }
}
