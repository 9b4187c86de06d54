package io.hushbus.cli;

import java.util.List;
import java.util.Optional;

/** A setting of the command line, and under which names it is looked for. */
enum Setting {
  ADDR("addr", "HUSHBUS_ADDR", "ADDR"),
  TOKEN("token", "HUSHBUS_TOKEN", "TOKEN"),
  TOKEN_FILE("token_file", "HUSHBUS_TOKEN_FILE", ""),
  CACERT("cacert", "HUSHBUS_CACERT", "CACERT"),
  CLIENT_CERT("client_cert", "HUSHBUS_CLIENT_CERT", "CLIENT_CERT"),
  CLIENT_KEY("client_key", "HUSHBUS_CLIENT_KEY", "CLIENT_KEY"),
  PROJECT("project", "HUSHBUS_PROJECT", ""),
  DOMAIN("domain", "HUSHBUS_DOMAIN", ""),
  ENVIRONMENT("environment", "HUSHBUS_ENVIRONMENT", ""),
  FORMAT("format", "HUSHBUS_FORMAT", ""),
  PROFILE("profile", "HUSHBUS_PROFILE", "");

  /** Variables of programs that many have set; taken where ours are unset. */
  private static final List<String> FAMILIAR = List.of("BAO_", "VAULT_");

  /** Where things are done, and no address and no secret: all that a project's file may say. */
  static final List<Setting> IDS = List.of(PROJECT, DOMAIN, ENVIRONMENT);

  private final String key;
  private final String variable;
  private final String twin;

  Setting(String key, String variable, String twin) {
    this.key = key;
    this.variable = variable;
    this.twin = twin;
  }

  /** In files. */
  String key() {
    return key;
  }

  /** In the environment. */
  String variable() {
    return variable;
  }

  /** In the environment of those who used another product before. */
  List<String> twins() {
    return twin.isEmpty() ? List.of() : FAMILIAR.stream().map(start -> start + twin).toList();
  }

  /** The setting of a key in a file. */
  static Optional<Setting> of(String key) {
    return List.of(values()).stream().filter(one -> one.key.equals(key)).findFirst();
  }
}
