package io.hushbus.http;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Secret;
import io.hushbus.secret.Trash;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The operations on deleted secrets. */
final class TrashEndpoints {

  private final Scopes scopes;
  private final Trash trash;

  TrashEndpoints(Scopes scopes, Trash trash) {
    this.scopes = scopes;
    this.trash = trash;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("restoreSecret", this::takeBack, "purgeSecret", this::purge);
  }

  /**
   * What is in the trash of a scope. Names are not unique there: the id says where to go on, too.
   */
  Future<Answer> list(Call call) {
    refuseIf("inherited", call.flag("inherited"));
    for (String filter : List.of("label", "name_prefix", "type", "q")) {
      refuseIf(filter, !call.parameters(filter).isEmpty());
    }
    Optional<Trash.Place> after = PageTokens.text(call).map(TrashEndpoints::place);
    return scopes
        .inQuery(call, Action.SECRET_LIST, SecretEndpoints.KIND)
        .compose(at -> trash.list(at.grant(), at.scope(), after, call.pageSize()))
        .map(
            page ->
                Answer.ok(
                    json ->
                        json.array("secrets", page.secrets(), this::deleted)
                            .field(
                                "next_page_token",
                                page.next()
                                    .map(next -> next.name() + ' ' + next.id())
                                    .map(next -> PageTokens.of(call, next)))));
  }

  private void deleted(JsonWriter json, Secret one) {
    SecretEndpoints.secret(json, one);
    trash.keptUntil(one).ifPresent(at -> json.field("kept_until", at));
  }

  private static void refuseIf(String parameter, boolean sent) {
    if (sent) {
      throw Failure.invalid("?" + parameter, Failure.Code.NOT_ALLOWED);
    }
  }

  private static Trash.Place place(String text) {
    int space = text.indexOf(' ');
    return new Trash.Place(text.substring(0, space), UUID.fromString(text.substring(space + 1)));
  }

  private Future<Answer> takeBack(Call call) {
    Optional<SecretName> another = call.body().text("name").map(SecretName::new);
    return scopes
        .inQuery(call, Action.SECRET_RESTORE, SecretEndpoints.KIND)
        .compose(at -> trash.restore(at.grant(), at.scope(), pick(call), another))
        .map(SecretEndpoints::current);
  }

  private Future<Answer> purge(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_PURGE, SecretEndpoints.KIND)
        .compose(at -> trash.purge(at.grant(), at.scope(), pick(call)))
        .map(gone -> Answer.nothing());
  }

  private static Trash.Pick pick(Call call) {
    return new Trash.Pick(
        SecretEndpoints.name(call),
        call.body().text("id").map(UUID::fromString).map(SecretId::new));
  }
}
