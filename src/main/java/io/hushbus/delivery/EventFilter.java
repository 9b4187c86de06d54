package io.hushbus.delivery;

import io.hushbus.model.SecretName;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Which events a reader wants. Within a field any match is enough; all fields must match; an empty
 * field wants everything.
 *
 * @param types full words such as {@code io.hushbus.secret.deleted.v1}
 * @param runs ids
 * @param secrets ids, or names as in {@link SecretName#folded()}
 */
public record EventFilter(
    Set<String> types,
    Set<UUID> projects,
    Set<UUID> domains,
    Set<String> secrets,
    Set<String> runs) {

  /** Wants everything. */
  public static final EventFilter ALL = new EventFilter(Set.of(), Set.of(), Set.of());

  /** Wants what is of any domain. */
  public EventFilter(Set<String> types, Set<UUID> projects, Set<String> secrets) {
    this(types, projects, Set.of(), secrets);
  }

  /** Wants what is of any run, and of none. */
  public EventFilter(
      Set<String> types, Set<UUID> projects, Set<UUID> domains, Set<String> secrets) {
    this(types, projects, domains, secrets, Set.of());
  }

  public EventFilter {
    types = Set.copyOf(types);
    projects = Set.copyOf(projects);
    domains = Set.copyOf(domains);
    runs = Set.copyOf(runs);
    secrets =
        secrets.stream()
            .map(secret -> secret.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  boolean wants(Notice notice) {
    return wantsType(notice)
        && wantsProject(notice)
        && wantsDomain(notice)
        && wantsSecret(notice)
        && wantsRun(notice);
  }

  private boolean wantsType(Notice notice) {
    return types.isEmpty() || types.contains(notice.type());
  }

  private boolean wantsProject(Notice notice) {
    return projects.isEmpty() || notice.project().filter(projects::contains).isPresent();
  }

  private boolean wantsDomain(Notice notice) {
    return domains.isEmpty() || notice.domain().filter(domains::contains).isPresent();
  }

  private boolean wantsRun(Notice notice) {
    return runs.isEmpty() || notice.runId().filter(runs::contains).isPresent();
  }

  private boolean wantsSecret(Notice notice) {
    return secrets.isEmpty()
        || notice.secretId().filter(secrets::contains).isPresent()
        || notice.secretName().filter(secrets::contains).isPresent()
        || secrets.stream().anyMatch(notice::touches);
  }
}
