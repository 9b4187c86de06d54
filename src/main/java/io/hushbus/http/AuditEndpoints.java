package io.hushbus.http;

import io.hushbus.access.ServiceAccounts;
import io.hushbus.audit.AuditFilter;
import io.hushbus.audit.AuditPage;
import io.hushbus.audit.AuditRecord;
import io.hushbus.audit.AuditTrail;
import io.hushbus.audit.Checkpoint;
import io.hushbus.model.Action;
import io.hushbus.tenant.InventoryHead;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The operations on {@code /audit}. */
final class AuditEndpoints {

  private static final String KIND = "audit";
  private static final int CHECKPOINTS = 500;
  private static final Pattern NAMED =
      Pattern.compile("[a-z_]+:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  private final Scopes scopes;
  private final AuditTrail trail;
  private final ServiceAccounts accounts;

  AuditEndpoints(Scopes scopes, AuditTrail trail, ServiceAccounts accounts) {
    this.accounts = accounts;
    this.scopes = scopes;
    this.trail = trail;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "listAudit", this::list,
        "listAuditCheckpoints", this::checkpoints,
        "exportAudit", this::export);
  }

  private Future<Answer> list(Call call) {
    AuditFilter filter = filter(call);
    Optional<AuditPage.Position> after =
        PageTokens.bytes(call)
            .map(bytes -> AuditPage.Position.decode(bytes).orElseThrow(PageTokens::refused));
    return scopes
        .projectInQuery(call, Action.AUDIT_READ, KIND)
        .compose(
            at ->
                trail
                    .page(at.grant(), filter, after, call.pageSize())
                    .compose(
                        page ->
                            accounts
                                .names(at.grant(), actors(page))
                                .map(names -> page(call, page, names))));
  }

  private static Set<UUID> actors(AuditPage page) {
    return page.items().stream()
        .flatMap(item -> actor(item).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Who has a name; texts that are nobody's id have none. */
  private static Optional<UUID> actor(AuditPage.Item item) {
    Matcher named = NAMED.matcher(item.record().principal());
    return named.matches() ? Optional.of(UUID.fromString(named.group(1))) : Optional.empty();
  }

  private static AuditFilter filter(Call call) {
    return new AuditFilter(
        call.parameter("from").map(AuditEndpoints::time),
        call.parameter("to").map(AuditEndpoints::time),
        call.parameter("actor"),
        call.parameter("action"),
        call.parameter("outcome"),
        Optional.empty(),
        call.parameter("resource").map(UUID::fromString),
        call.parameter("name"));
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  private static Answer page(Call call, AuditPage page, Map<UUID, String> names) {
    return Answer.ok(
        json ->
            json.array("records", page.items(), (one, item) -> record(one, item, names))
                .field(
                    "next_page_token",
                    page.next().map(next -> PageTokens.of(call, next.encode()))));
  }

  private static void record(JsonWriter json, AuditPage.Item item, Map<UUID, String> names) {
    AuditRecord record = item.record();
    json.field("id", record.id().toString())
        .field("at", record.at())
        .field("request_id", record.request().toString())
        .field("actor", record.principal())
        .field("actor_name", actor(item).map(names::get))
        .field("action", record.action())
        .field("outcome", record.outcome())
        .field("resource_kind", record.resourceKind())
        .field("resource_id", record.resourceId().map(UUID::toString))
        .field("resource_name", record.resourceName())
        .field("project_id", record.project().map(UUID::toString))
        .field("source", record.source())
        .field("detail", new JsonObject(record.detail()));
    record.version().ifPresent(version -> json.field("version", version));
    item.sequence().ifPresent(sequence -> json.field("sequence", sequence));
    item.hash().ifPresent(hash -> json.field("hash", HexFormat.of().formatHex(hash)));
  }

  private Future<Answer> checkpoints(Call call) {
    return scopes
        .projectInQuery(call, Action.AUDIT_READ, KIND)
        .compose(
            at -> trail.checkpoints(at.grant(), PageTokens.number(call).orElse(0), call.pageSize()))
        .map(found -> checkpoints(call, found));
  }

  private static Answer checkpoints(Call call, List<Checkpoint> found) {
    Optional<String> next =
        found.size() == Math.min(call.pageSize(), CHECKPOINTS)
            ? Optional.of(PageTokens.of(call, Long.toString(found.getLast().sequence())))
            : Optional.empty();
    return Answer.ok(
        json ->
            json.array("checkpoints", found, AuditEndpoints::checkpoint)
                .field("next_page_token", next));
  }

  private static void checkpoint(JsonWriter json, Checkpoint checkpoint) {
    json.field("sequence", checkpoint.sequence())
        .field("hash", HexFormat.of().formatHex(checkpoint.hash()))
        .field("at", checkpoint.at())
        .field("key_id", checkpoint.keyId())
        .field("signature", Base64.getEncoder().encodeToString(checkpoint.signature()));
    checkpoint.inventory().ifPresent(one -> json.object("inventory", in -> inventory(in, one)));
  }

  private static void inventory(JsonWriter json, InventoryHead inventory) {
    json.field("change", inventory.change())
        .field("secrets", inventory.secrets())
        .field("highest", inventory.highest())
        .field("epoch", inventory.epoch())
        .field("position", inventory.position())
        .field("mac", HexFormat.of().formatHex(inventory.mac()));
  }

  /** The whole sealed chain as JSON lines, read and written at the pace of the reader. */
  private Future<Answer> export(Call call) {
    return scopes
        .projectInQuery(call, Action.AUDIT_READ, KIND)
        .compose(at -> AuditTrail.whole(at.grant()))
        .map(grant -> new LineStream("application/x-ndjson", sink -> trail.export(grant, sink)));
  }
}
