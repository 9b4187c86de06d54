package io.hushbus.http;

import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Adopted;
import io.hushbus.secret.Adoption;
import io.hushbus.secret.Adoptions;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The receiver's side of sharing: what a project is offered, and what it has adopted. */
final class AdoptionEndpoints {

  private static final String KIND = "secret";

  private final Scopes scopes;
  private final Adoptions adoptions;

  AdoptionEndpoints(Scopes scopes, Adoptions adoptions) {
    this.scopes = scopes;
    this.adoptions = adoptions;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "listSharedSecrets", this::offers,
        "listAdoptions", this::list,
        "adoptSecret", this::adopt,
        "deleteAdoption", this::giveUp);
  }

  private Future<Answer> offers(Call call) {
    return scopes
        .projectInPath(call, Action.SECRET_LIST, KIND)
        .compose(
            at ->
                adoptions.offers(at.grant(), project(at), PageTokens.id(call), call.pageSize() + 1))
        .map(
            found ->
                page(
                    call, "secrets", found, AdoptionEndpoints::offer, offer -> offer.share().id()));
  }

  private Future<Answer> list(Call call) {
    return scopes
        .projectInPath(call, Action.SECRET_LIST, KIND)
        .compose(
            at -> adoptions.list(at.grant(), project(at), PageTokens.id(call), call.pageSize() + 1))
        .map(
            found ->
                page(
                    call,
                    "adoptions",
                    found,
                    AdoptionEndpoints::adopted,
                    adopted -> adopted.adoption().id()));
  }

  private Future<Answer> adopt(Call call) {
    SecretId secret = new SecretId(UUID.fromString(call.body().required("secret_id")));
    Optional<SecretName> alias = call.body().text("alias").map(SecretName::new);
    return scopes
        .projectInPath(call, Action.SECRET_ADOPT, KIND)
        .compose(at -> adoptions.adopt(at.grant(), project(at), secret, alias))
        .map(
            adopted ->
                Answer.created(
                    "/api/v1/projects/%s/adoptions/%s"
                        .formatted(call.path("project"), adopted.adoption().id()),
                    json -> adopted(json, adopted)));
  }

  private Future<Answer> giveUp(Call call) {
    UUID id = UUID.fromString(call.path("id"));
    return scopes
        .projectInPath(call, Action.SECRET_ADOPT, KIND)
        .compose(at -> adoptions.giveUp(at.grant(), project(at), id))
        .map(gone -> Answer.nothing());
  }

  private static Scope.Place project(Scopes.Allowed at) {
    return at.scope().inProject().orElseThrow();
  }

  /** The page, and where the next one starts if one more than it has were found. */
  private static <T> Answer page(
      Call call,
      String name,
      List<T> found,
      BiConsumer<JsonWriter, T> item,
      Function<T, UUID> place) {
    boolean more = found.size() > call.pageSize();
    List<T> shown = more ? found.subList(0, call.pageSize()) : found;
    return Answer.ok(
        json ->
            json.array(name, shown, item)
                .field(
                    "next_page_token",
                    more
                        ? Optional.of(PageTokens.of(call, place.apply(shown.getLast()).toString()))
                        : Optional.empty()));
  }

  private static void offer(JsonWriter json, Adoptions.Offer offer) {
    json.field("secret_id", offer.head().id().toString())
        .field("name", offer.head().name().text())
        .texts("scope", SecretEndpoints.scope(offer.head().scope()))
        .field("type", offer.head().type().word())
        .texts("keys", offer.head().entryNames().stream().map(EntryName::text).toList())
        .field("description", offer.head().description())
        .texts("labels", offer.head().labels())
        .field("community", offer.share().community().name().text())
        .field("shared_at", offer.share().createdAt())
        .field("adoption", offer.adopted().map(adoption -> adoption.id().toString()));
  }

  static void adopted(JsonWriter json, Adopted adopted) {
    Adoption adoption = adopted.adoption();
    json.field("id", adoption.id().toString())
        .field("secret_id", adoption.secret().toString())
        .field("name", adoption.name().text());
    SecretEndpoints.scope(adoption.scope()).forEach(json::field);
    json.field("created_by", adoption.createdBy()).field("created_at", adoption.createdAt());
    SecretEndpoints.home(json, adopted.head());
  }
}
