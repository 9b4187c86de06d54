package io.hushbus.config;

import java.util.Map;
import java.util.Set;

/**
 * What holds, key by key, fit to be shown: a key's text is printed only if the key is on the list
 * below, so a new key is hidden until somebody has thought about it.
 */
public final class EffectiveConfig {

  private static final String HIDDEN = "(hidden)";
  private static final String UNSET = "(not set)";

  private static final Set<String> SHOWN =
      Set.of(
          "development",
          "server.host",
          "server.port",
          "server.event_loops",
          "server.tls.certificate",
          "server.tls.key",
          "server.tls.client_ca",
          "server.max_connections",
          "management.host",
          "management.port",
          "database.host",
          "database.port",
          "database.name",
          "database.user",
          "database.password_file",
          "database.system_role",
          "database.tls_mode",
          "database.ca",
          "database.pool_size",
          "database.owner.user",
          "database.owner.password_file",
          "root_key.provider",
          "root_key.path",
          "root_key.passphrase_file",
          "root_key.parameters",
          "root_key.previous.provider",
          "root_key.previous.path",
          "root_key.previous.passphrase_file",
          "root_key.previous.parameters",
          "keys.backup_retention",
          "keys.poll_interval",
          "keys.batches_per_second",
          "keys.refresh",
          "keys.settling",
          "leases.default_ttl",
          "leases.max_ttl",
          "leases.history",
          "leases.batch",
          "leases.batches_at_once",
          "leases.remembered",
          "runs.heartbeat_ttl",
          "secrets.max_bytes",
          "secrets.max_versions",
          "secrets.trash",
          "rotation.grace",
          "rotation.poll_interval",
          "quotas.secrets",
          "quotas.versions",
          "quotas.bytes",
          "quotas.leases",
          "quotas.streams",
          "quotas.requests_per_second",
          "quotas.runs",
          "quotas.project_leases",
          "quotas.project_runs",
          "tenants.keep_audit",
          "events.retention",
          "events.poll_interval",
          "events.notify",
          "events.bus",
          "events.heartbeat",
          "events.max_streams",
          "events.max_streams_per_principal",
          "audit.seal_interval",
          "bus.tcp.port",
          "bus.sockjs",
          "bus.max_connections",
          "bus.frame_bytes",
          "bus.max_pending",
          "bus.max_subscriptions",
          "cluster.manager",
          "cluster.host",
          "cluster.port",
          "cluster.members",
          "cluster.tls.certificate",
          "cluster.tls.key",
          "cluster.tls.ca",
          "audit.checkpoint_every",
          "audit.checkpoint_interval",
          "audit.checkpoint_file",
          "tokens.issuer",
          "tokens.ttl",
          "tokens.key_set_refresh",
          "outbound.allow",
          "outbound.plain_http",
          "limits.requests_per_second",
          "limits.burst",
          "limits.connections",
          "limits.body_bytes",
          "console.sign_in",
          "log.level",
          "log.format");

  private final Map<String, String> set;

  EffectiveConfig(Map<String, String> set) {
    this.set = Map.copyOf(set);
  }

  /** One line for each key, in the order of the full file. */
  public String print() {
    StringBuilder lines = new StringBuilder();
    Keys.ALL.forEach(key -> lines.append(key.name()).append(": ").append(shown(key)).append('\n'));
    return lines.toString();
  }

  /** Only the names of keys that were set: for logs. */
  @Override
  public String toString() {
    return "EffectiveConfig" + set.keySet();
  }

  private String shown(Key key) {
    String text = set.get(key.name());
    if (text != null) {
      return SHOWN.contains(key.name()) ? text : HIDDEN;
    }
    return key.fallback() == null ? UNSET : key.fallback();
  }
}
