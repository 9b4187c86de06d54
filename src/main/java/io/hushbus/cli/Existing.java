package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.imports.ImportedSecret;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which of many secrets there are in a scope already. */
final class Existing {

  private static final int MOST_AT_ONCE = 200;

  private final HushbusClient broker;
  private final ScopeOptions scope;

  Existing(HushbusClient broker, ScopeOptions scope) {
    this.broker = broker;
    this.scope = scope;
  }

  /** The names of those that are there, in lower case: so they are unique. */
  Set<String> among(List<ImportedSecret> secrets) {
    Set<String> there = new HashSet<>();
    for (int from = 0; from < secrets.size(); from += MOST_AT_ONCE) {
      int to = Math.min(secrets.size(), from + MOST_AT_ONCE);
      add(secrets.subList(from, to), there);
    }
    return there;
  }

  private void add(List<ImportedSecret> some, Set<String> there) {
    Body names =
        Body.object()
            .array("read", some, (item, one) -> scope.into(item.field("name", one.name().text())));
    for (Json item : broker.post("/secrets/bulk").body(names).send().json().objects("read")) {
      if (item.has("secret")) {
        there.add(item.text("name").toLowerCase(Locale.ROOT));
      }
    }
  }
}
