package io.hushbus.http;

import io.hushbus.lease.Holders;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.rotation.Phase;
import io.hushbus.rotation.SecretUses;
import io.hushbus.secret.Adoption;
import io.hushbus.secret.ContentPatch;
import io.hushbus.secret.MetadataEdit;
import io.hushbus.secret.NewSecret;
import io.hushbus.secret.Secret;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.SecretEdits;
import io.hushbus.secret.SecretFilter;
import io.hushbus.secret.SecretRemovals;
import io.hushbus.secret.Secrets;
import io.hushbus.secret.Version;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/** The operations on {@code /secrets}. No answer here has a place for a value. */
final class SecretEndpoints {

  /** What a denial here is about. */
  static final String KIND = "secret";

  private final Scopes scopes;
  private final Secrets secrets;
  private final SecretChanges changes;
  private final SecretEdits edits;
  private final SecretRemovals removals;
  private final TrashEndpoints trash;
  private final OwnSecrets own;
  private final InwardFields inward;
  private final SecretUses uses;

  SecretEndpoints(
      Scopes scopes,
      Api.Holdings holdings,
      TrashEndpoints trash,
      OwnSecrets own,
      InwardFields inward,
      SecretUses uses) {
    this.scopes = scopes;
    this.inward = inward;
    this.uses = uses;
    this.secrets = holdings.secrets();
    this.changes = holdings.changes();
    this.edits = holdings.edits();
    this.removals = holdings.removals();
    this.trash = trash;
    this.own = own;
  }

  Map<String, Endpoint> byOperation() {
    return Map.ofEntries(
        Map.entry("createSecret", this::create),
        Map.entry("listSecrets", this::list),
        Map.entry("getSecret", this::get),
        Map.entry("replaceSecret", this::replace),
        Map.entry("patchSecret", this::patch),
        Map.entry("deleteSecret", this::delete),
        Map.entry("patchSecretMetadata", this::edit));
  }

  private Future<Answer> create(Call call) {
    NewSecret wanted = wanted(call.body());
    return inward
        .with(
            call.caller().tenant(),
            call.body(),
            wanted.name().text(),
            content ->
                scopes
                    .inQuery(call, Action.SECRET_CREATE, KIND)
                    .compose(at -> changes.create(at.grant(), at.scope(), wanted, content)))
        .recover(cause -> Future.failedFuture(refusal(call, cause)))
        .map(
            head ->
                Answer.created(path(head), json -> secret(json, head)).etag(head.currentVersion()));
  }

  /** Under {@code If-None-Match: *} a name that is taken is a precondition that does not hold. */
  private static Throwable refusal(Call call, Throwable cause) {
    boolean taken =
        cause instanceof Failure failure
            && failure.asConflict(Failure.Reason.NAME_TAKEN).isPresent();
    return taken && call.preconditions().createOnly() ? Failure.preconditionFailed() : cause;
  }

  private static NewSecret wanted(Body body) {
    JsonObject json = body.json();
    Integer most = json.getInteger("max_versions");
    return new NewSecret(
        new SecretName(body.required("name")),
        SecretType.of(body.required("type")).orElseThrow(),
        json.getString("description", ""),
        labels(json.getJsonObject("labels", new JsonObject())),
        most == null ? OptionalInt.empty() : OptionalInt.of(most),
        json.getBoolean("cas_required", false),
        Optional.ofNullable(json.getLong("max_lease_seconds")).map(Duration::ofSeconds));
  }

  private Future<Answer> list(Call call) {
    return call.flag("deleted") ? trash.list(call) : listLiving(call);
  }

  private Future<Answer> listLiving(Call call) {
    SecretFilter filter = filter(call);
    return scopes
        .inQuery(call, Action.SECRET_LIST, KIND)
        .compose(
            at ->
                secrets
                    .list(
                        at.grant(),
                        at.scope(),
                        call.flag("inherited"),
                        filter,
                        PageTokens.text(call).orElse(""),
                        call.pageSize())
                    .compose(
                        page ->
                            uses(call, at.grant(), page.secrets())
                                .map(uses -> page(call, page, uses))));
  }

  /** In the order of the secrets; none where nobody asked. */
  private Future<List<SecretUses.Use>> uses(Call call, Grant grant, List<Secrets.Listed> listed) {
    return call.flag("use")
        ? uses.of(
            grant,
            listed.stream()
                .map(one -> new Holders.Held(one.secret().id(), one.adoption().map(Adoption::id)))
                .toList())
        : Future.succeededFuture(List.of());
  }

  private static Answer page(Call call, Secrets.Page page, List<SecretUses.Use> uses) {
    Iterator<SecretUses.Use> each = uses.iterator();
    return Answer.ok(
        json ->
            json.array(
                    "secrets",
                    page.secrets(),
                    (one, listed) -> {
                      listed(one, listed);
                      if (each.hasNext()) {
                        use(one, each.next());
                      }
                    })
                .field("next_page_token", page.next().map(next -> PageTokens.of(call, next))));
  }

  private static void use(JsonWriter json, SecretUses.Use use) {
    json.field("holders", use.holders())
        .field("rotation_phase", use.phase().map(Phase::word))
        .field("rotation_due", use.due().map(JsonWriter::time))
        .field("version_created_at", use.versionAt().map(JsonWriter::time));
  }

  private static SecretFilter filter(Call call) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : call.parameters("label")) {
      int equals = label.indexOf('=');
      if (labels.put(label.substring(0, equals), label.substring(equals + 1)) != null) {
        throw Failure.invalid("?label", Failure.Code.DUPLICATE_KEY);
      }
    }
    return new SecretFilter(
        labels,
        call.parameter("name_prefix").orElse(""),
        call.parameter("type").flatMap(SecretType::of),
        call.parameter("q").orElse(""));
  }

  private Future<Answer> get(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, KIND)
        .compose(at -> secrets.look(at.grant(), at.scope(), name(call)))
        .map(found -> unlessKnown(call, found));
  }

  private static Answer unlessKnown(Call call, Secrets.Listed found) {
    long version = found.secret().currentVersion();
    boolean known = call.preconditions().ifNoneMatch().filter(tag -> tag == version).isPresent();
    return known ? Answer.unchanged(version) : Answer.ok(json -> listed(json, found)).etag(version);
  }

  private Future<Answer> replace(Call call) {
    return inward
        .with(
            call.caller().tenant(),
            call.body(),
            call.path("name"),
            content ->
                change(
                    call,
                    (at, name) ->
                        changes.replace(at.grant(), at.scope(), name, content, when(call))))
        .map(SecretEndpoints::current);
  }

  private Future<Answer> patch(Call call) {
    if (!call.body().json().containsKey("sealed")) {
      return patched(call, ValueFields.patch(call.body()));
    }
    return inward.with(
        call.caller().tenant(),
        call.body(),
        call.path("name"),
        content -> patched(call, ContentPatch.setting(content.payload())));
  }

  private Future<Answer> patched(Call call, ContentPatch patch) {
    return change(
            call, (at, name) -> changes.patch(at.grant(), at.scope(), name, patch, when(call)))
        .map(SecretEndpoints::current);
  }

  private Future<Answer> edit(Call call) {
    MetadataEdit edit = edit(call.body().json());
    return change(call, (at, name) -> edits.edit(at.grant(), at.scope(), name, edit, when(call)))
        .map(head -> Answer.ok(json -> secret(json, head)).etag(head.metaSeq()));
  }

  private static MetadataEdit edit(JsonObject json) {
    return new MetadataEdit(
        Optional.ofNullable(json.getString("name")).map(SecretName::new),
        json.containsKey("description")
            ? Optional.of(Objects.requireNonNullElse(json.getString("description"), ""))
            : Optional.empty(),
        labelPatch(json.getJsonObject("labels", new JsonObject())),
        Optional.ofNullable(json.getInteger("max_versions")),
        Optional.ofNullable(json.getBoolean("cas_required")),
        json.containsKey("max_lease_seconds")
            ? Optional.of(
                Optional.ofNullable(json.getLong("max_lease_seconds"))
                    .map(Duration::ofSeconds)
                    .orElse(MetadataEdit.AS_FOR_ALL))
            : Optional.empty());
  }

  private static Map<String, Optional<String>> labelPatch(JsonObject json) {
    Map<String, Optional<String>> patch = new LinkedHashMap<>();
    json.fieldNames().forEach(name -> patch.put(name, Optional.ofNullable(json.getString(name))));
    return patch;
  }

  private Future<Answer> delete(Call call) {
    Action action = call.flag("force") ? Action.SECRET_FORCE_DELETE : Action.SECRET_DELETE;
    return scopes
        .inQuery(call, action, KIND)
        .compose(
            at ->
                own.only(
                    call,
                    at,
                    name(call),
                    action,
                    action == Action.SECRET_DELETE
                        ? removals.delete(at.grant(), at.scope(), name(call), when(call))
                        : removals.forceDelete(at.grant(), at.scope(), name(call), when(call))))
        .map(head -> Answer.nothing());
  }

  private Future<Secret> change(
      Call call, BiFunction<Scopes.Allowed, SecretName, Future<Secret>> how) {
    return scopes
        .inQuery(call, Action.SECRET_CHANGE, KIND)
        .compose(
            at -> own.only(call, at, name(call), Action.SECRET_CHANGE, how.apply(at, name(call))));
  }

  /** The secret as it is after a change of its value. */
  static Answer current(Secret head) {
    return Answer.ok(json -> secret(json, head)).etag(head.currentVersion());
  }

  static SecretName name(Call call) {
    return new SecretName(call.path("name"));
  }

  static io.hushbus.secret.Preconditions when(Call call) {
    var sent = call.preconditions();
    return new io.hushbus.secret.Preconditions(
        sent.ifMatch().map(OptionalLong::of).orElseGet(OptionalLong::empty), sent.createOnly());
  }

  static Map<String, String> labels(JsonObject json) {
    Map<String, String> labels = new LinkedHashMap<>();
    json.fieldNames().forEach(name -> labels.put(name, json.getString(name)));
    return labels;
  }

  static String path(Secret head) {
    StringBuilder path = new StringBuilder("/api/v1/secrets/").append(head.name());
    char separator = '?';
    for (var part : scope(head.scope()).entrySet()) {
      path.append(separator).append(part.getKey()).append('=').append(part.getValue());
      separator = '&';
    }
    return path.toString();
  }

  static Map<String, String> scope(Scope scope) {
    Map<String, String> names = new LinkedHashMap<>();
    scope.inProject().ifPresent(project -> names.put("project", project.name().text()));
    scope.inDomain().ifPresent(domain -> names.put("domain", domain.name().text()));
    return names;
  }

  private static void listed(JsonWriter json, Secrets.Listed listed) {
    secret(json, listed.secret(), listed.name(), listed.scope());
    listed
        .adoption()
        .ifPresent(
            adoption -> {
              json.field("adoption", adoption.id().toString());
              home(json, listed.secret());
            });
    if (!listed.shadows().isEmpty()) {
      json.array("shadows", listed.shadows(), (inner, scope) -> scope(scope).forEach(inner::field));
    }
  }

  /** Where an adopted secret comes from. */
  static void home(JsonWriter json, Secret head) {
    json.object(
        "adopted_from",
        from -> {
          scope(head.scope()).forEach(from::field);
          from.field("name", head.name().text());
        });
  }

  static void secret(JsonWriter json, Secret head) {
    secret(json, head, head.name(), head.scope());
  }

  /** A secret under the name that it has in {@code place}. */
  private static void secret(JsonWriter json, Secret head, SecretName name, Scope place) {
    json.field("id", head.id().toString()).field("name", name.text());
    scope(place).forEach(json::field);
    json.field("type", head.type().word())
        .texts("keys", head.entryNames().stream().map(EntryName::text).toList())
        .field("current_version", head.currentVersion())
        .field("metadata_sequence", head.metaSeq())
        .field("description", head.description())
        .texts("labels", head.labels())
        .field("max_versions", head.maxVersions())
        .field("cas_required", head.casRequired())
        .field("created_at", head.createdAt())
        .field("created_by", head.createdBy())
        .field("updated_at", head.updatedAt());
    head.longestLease().ifPresent(longest -> json.field("max_lease_seconds", longest.toSeconds()));
    head.rotation().ifPresent(id -> json.field("rotation", id.toString()));
    head.deletedAt().ifPresent(at -> json.field("deleted_at", at));
    head.origin()
        .ifPresent(
            origin ->
                json.object(
                    "origin",
                    inner ->
                        inner
                            .field("secret_id", origin.secret().toString())
                            .field("version", origin.version())));
  }

  static void version(JsonWriter json, Version version) {
    json.field("version", version.number())
        .field("state", version.state().word())
        .texts("keys", version.entryNames().stream().map(EntryName::text).toList())
        .field("size_bytes", version.sizeBytes())
        .field("created_at", version.createdAt())
        .field("created_by", version.createdBy());
    version.validUntil().ifPresent(at -> json.field("valid_until", at));
  }
}
