package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.db.UniqueViolation;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.hushbus.tenant.MacedRow;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of tables identity_provider and external_subject. */
final class ProviderStore {

  private static final String TABLE = "identity_provider";

  /**
   * A row as it is stored, which may be anybody's text until its MAC was checked.
   *
   * @param subject whom the principal asked for stands for, if it was asked
   */
  record Stored(
      TenantId tenant,
      String tenantName,
      UUID id,
      UUID revision,
      String definition,
      String createdBy,
      Instant createdAt,
      Instant updatedAt,
      Optional<String> subject) {

    /** What the row says: only of a genuine one. */
    IdentityProvider provider() {
      ProviderRules rules = ProviderText.read(new JsonObject(definition));
      return new IdentityProvider(id, revision, rules, createdBy, createdAt, updatedAt);
    }
  }

  private static final String PROVIDERS =
      """
      SELECT p.tenant_id, t.name AS tenant_name, p.provider_id, p.revision, p.kind, p.issuer,
        p.audience, p.definition, p.created_by, p.created_at, p.updated_at,
        p.mac_generation, p.row_mac,
        (SELECT s.subject FROM external_subject s
         WHERE s.tenant_id = p.tenant_id AND s.provider_id = p.provider_id
           AND s.principal_id = $1) AS subject
      FROM identity_provider p JOIN tenant t ON t.tenant_id = p.tenant_id AND t.state = 'active'
      """;

  private static final String FOR_TOKEN =
      PROVIDERS
          + """
          WHERE t.name = $2 AND p.kind = 'jwt' AND p.issuer = $3 AND p.audience = ANY ($4)
          LIMIT 2
          """;

  private static final String FOR_CERTIFICATE =
      PROVIDERS + " WHERE p.provider_id = $2 AND p.kind = 'mtls'";

  private static final String OF_REVISION =
      PROVIDERS + " WHERE p.tenant_id = $2 AND p.revision = $3";

  private static final String PROVIDER =
      PROVIDERS + " WHERE p.tenant_id = $2 AND p.provider_id = $3";

  private static final String PROVIDER_HELD = PROVIDER + " FOR NO KEY UPDATE OF p";

  private static final String PROVIDERS_AFTER =
      PROVIDERS
          + """
          WHERE p.tenant_id = $2 AND p.folded_name > $3
          ORDER BY p.folded_name LIMIT $4
          """;

  private static final String COUNT =
      """
      SELECT count(*) AS providers FROM identity_provider WHERE tenant_id = $1
      """;

  private static final String NEW_PROVIDER =
      """
      INSERT INTO identity_provider
        (tenant_id, provider_id, revision, name, folded_name, kind, issuer, audience, definition,
         created_by, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      """;

  private static final String REPLACE_PROVIDER =
      """
      UPDATE identity_provider
      SET revision = $3, name = $4, folded_name = $5, kind = $6, issuer = $7, audience = $8,
        definition = $9, updated_at = clock_timestamp(), mac_generation = $11, row_mac = $12
      WHERE tenant_id = $1 AND provider_id = $2 AND created_by = $10
      """;

  private static final String DELETE_PROVIDER =
      """
      DELETE FROM identity_provider WHERE tenant_id = $1 AND provider_id = $2
      """;

  private static final String SUBJECT_KNOWN =
      """
      SELECT principal_id FROM external_subject WHERE tenant_id = $1 AND principal_id = $2
      """;

  private static final String NEW_SUBJECT =
      """
      INSERT INTO external_subject (tenant_id, principal_id, provider_id, subject)
      VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
      """;

  private static final UUID NOBODY = new UUID(0, 0);

  private ProviderStore() {}

  /** What the row's MAC covers: everything but the times. */
  static Canonical canonical(
      TenantId tenant,
      UUID id,
      UUID revision,
      String kind,
      String issuer,
      String audience,
      String definition,
      String by) {
    return Canonical.of("identity-provider/1")
        .id(tenant.value())
        .id(id)
        .id(revision)
        .text(kind)
        .text(issuer)
        .text(audience)
        .text(definition)
        .text(by);
  }

  /** Providers of a living tenant, by its name, for a token; two at most. */
  static Future<List<RowMacs.Row<Stored>>> forToken(
      SystemTx tx, TenantName tenant, String issuer, List<String> audiences) {
    return tx.list(
        FOR_TOKEN,
        ProviderStore::read,
        NOBODY,
        tenant.text(),
        issuer,
        audiences.toArray(String[]::new));
  }

  /** A provider for certificates, by its id, which is what a client calls itself by. */
  static Future<Optional<RowMacs.Row<Stored>>> forCertificate(SystemTx tx, UUID id) {
    return tx.one(FOR_CERTIFICATE, ProviderStore::read, NOBODY, id);
  }

  /** The provider as it was when it let the principal in, if it is still so. */
  static Future<Optional<RowMacs.Row<Stored>>> ofRevision(Tx tx, UUID revision, UUID principal) {
    return tx.one(OF_REVISION, ProviderStore::read, principal, tx.tenant(), revision);
  }

  static Future<Optional<RowMacs.Row<Stored>>> find(Tx tx, UUID id) {
    return tx.one(PROVIDER, ProviderStore::read, NOBODY, tx.tenant(), id);
  }

  /** The same, locked to the end of the transaction. */
  static Future<Optional<RowMacs.Row<Stored>>> hold(Tx tx, UUID id) {
    return tx.one(PROVIDER_HELD, ProviderStore::read, NOBODY, tx.tenant(), id);
  }

  static Future<List<RowMacs.Row<Stored>>> after(Tx tx, String folded, int limit) {
    return tx.list(PROVIDERS_AFTER, ProviderStore::read, NOBODY, tx.tenant(), folded, limit);
  }

  static Future<Long> count(Tx tx) {
    return tx.one(COUNT, row -> row.getLong("providers"), tx.tenant()).map(Optional::orElseThrow);
  }

  static Future<Integer> insert(
      Tx tx, Keyring keyring, UUID id, UUID revision, ProviderRules rules, String by) {
    return write(tx, NEW_PROVIDER, keyring, id, revision, rules, by);
  }

  static Future<Integer> replace(
      Tx tx, Keyring keyring, UUID id, UUID revision, ProviderRules rules, String by) {
    return write(tx, REPLACE_PROVIDER, keyring, id, revision, rules, by);
  }

  static Future<Integer> delete(Tx tx, UUID id) {
    return tx.update(DELETE_PROVIDER, tx.tenant(), id);
  }

  static Future<Boolean> knows(Tx tx, UUID principal) {
    return tx.one(SUBJECT_KNOWN, row -> true, tx.tenant(), principal)
        .map(known -> known.orElse(false));
  }

  static Future<Integer> insertSubject(Tx tx, UUID principal, UUID provider, String subject) {
    return tx.update(NEW_SUBJECT, tx.tenant(), principal, provider, subject);
  }

  private static Future<Integer> write(
      Tx tx, String sql, Keyring keyring, UUID id, UUID revision, ProviderRules rules, String by) {
    String definition = ProviderText.write(rules).encode();
    String kind = rules.kind().word();
    RowMac mac =
        keyring.mac(
            canonical(
                tx.tenant(), id, revision, kind, rules.issuer(), rules.audience(), definition, by));
    return tx.update(
            sql,
            tx.tenant(),
            id,
            revision,
            rules.name().text(),
            rules.name().folded(),
            kind,
            rules.issuer(),
            rules.audience(),
            definition,
            by,
            mac.generation(),
            mac.tag())
        .recover(cause -> Future.failedFuture(taken(cause)));
  }

  private static Throwable taken(Throwable cause) {
    if (cause instanceof UniqueViolation violation) {
      return switch (violation.constraint()) {
        case "identity_provider_name_taken" -> Failure.conflict(Failure.Reason.NAME_TAKEN);
        case "identity_provider_audience_taken" -> Failure.conflict(Failure.Reason.STATE);
        default -> cause;
      };
    }
    return cause;
  }

  private static RowMacs.Row<Stored> read(Row row) {
    Stored stored =
        new Stored(
            new TenantId(row.getUUID("tenant_id")),
            row.getString("tenant_name"),
            row.getUUID("provider_id"),
            row.getUUID("revision"),
            row.getString("definition"),
            row.getString("created_by"),
            row.getOffsetDateTime("created_at").toInstant(),
            row.getOffsetDateTime("updated_at").toInstant(),
            Optional.ofNullable(row.getString("subject")));
    return new RowMacs.Row<>(
        stored, TABLE, stored.id(), content(row, stored.tenant()), MacedRow.mac(row, ""));
  }

  static MacedRow maced(Row row, TenantId tenant) {
    return MacedRow.of(content(row, tenant), MacedRow.mac(row, ""));
  }

  private static Canonical content(Row row, TenantId tenant) {
    return canonical(
        tenant,
        row.getUUID("provider_id"),
        row.getUUID("revision"),
        row.getString("kind"),
        row.getString("issuer"),
        row.getString("audience"),
        row.getString("definition"),
        row.getString("created_by"));
  }
}
