package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Request;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Finds the ids of things that people call by name. What looks like an id is taken as one. */
final class Ids {

  private static final Pattern ID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final HushbusClient broker;

  Ids(HushbusClient broker) {
    this.broker = broker;
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** Of a service account. */
  String account(String idOrName) {
    if (isId(idOrName)) {
      return idOrName;
    }
    Supplier<Request> page = () -> broker.get("/service-accounts");
    return Paging.unlimited().all(page, "service_accounts").items().stream()
        .filter(one -> one.text("name").equalsIgnoreCase(idOrName))
        .map(one -> one.text("id"))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    Exit.NOT_FOUND,
                    "there is no service account %s: hushbus service-account list shows them"
                        .formatted(Visible.text(idOrName))));
  }

  /** Of a secret in exactly the scope. */
  String secret(String idOrName, ScopeOptions scope) {
    return isId(idOrName) ? idOrName : secretOf(idOrName, scope).text("id");
  }

  /** Of a rotation: a secret's name stands for its newest. */
  String rotation(String idOrName, ScopeOptions scope) {
    if (isId(idOrName)) {
      return idOrName;
    }
    Optional<String> newest = secretOf(idOrName, scope).optionalText("rotation");
    return newest.orElseThrow(
        () ->
            new CommandFailure(
                Exit.NOT_FOUND,
                "the secret %s has had no rotation: it is at its first version"
                    .formatted(Visible.text(idOrName))));
  }

  private Json secretOf(String name, ScopeOptions scope) {
    return scope.of(broker.get("/secrets/" + Request.segment(name))).send().json();
  }
}
