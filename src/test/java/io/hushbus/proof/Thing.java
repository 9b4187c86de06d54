package io.hushbus.proof;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a request can name, and where: the one table by which requests are filled in. An operation
 * of the contract with a path parameter, a query parameter or a body field that is neither here nor
 * in {@link #PLAIN} cannot be called, and fails the tests that walk the contract.
 */
enum Thing {
  TENANT,
  PROJECT,
  COMMUNITY,
  ADOPTION,
  DOMAIN,
  ACCOUNT,
  KEY,
  BINDING,
  SECRET,
  SECRET_ID,
  VERSION,
  LEASE,
  ROTATION,
  RUN,
  MEMBER,
  ENVIRONMENT,
  VARIABLE,
  PROVIDER,
  SUBSCRIPTION,
  PLACE,
  WEBHOOK,
  DELIVERY,
  GENERATION,
  OPERATION,
  ACTOR,
  CURSOR;

  /** Path parameters with the segment before them, query parameters, headers and body fields. */
  private static final Map<String, Thing> SLOTS =
      Map.ofEntries(
          Map.entry("tenants/{tenant}", TENANT),
          Map.entry("projects/{project}", PROJECT),
          Map.entry("communities/{community}", COMMUNITY),
          Map.entry("shares/{community}", COMMUNITY),
          Map.entry("adoptions/{id}", ADOPTION),
          Map.entry("service-accounts/{id}", ACCOUNT),
          Map.entry("keys/{key}", KEY),
          Map.entry("role-bindings/{id}", BINDING),
          Map.entry("secrets/{name}", SECRET),
          Map.entry("versions/{version}", VERSION),
          Map.entry("leases/{id}", LEASE),
          Map.entry("rotations/{id}", ROTATION),
          Map.entry("runs/{id}", RUN),
          Map.entry("members/{member}", MEMBER),
          Map.entry("environments/{name}", ENVIRONMENT),
          Map.entry("variables/{variable}", VARIABLE),
          Map.entry("?environment", ENVIRONMENT),
          Map.entry("/environment", ENVIRONMENT),
          Map.entry("?run", RUN),
          Map.entry("/run", RUN),
          Map.entry("identity-providers/{id}", PROVIDER),
          Map.entry("subscriptions/{id}", SUBSCRIPTION),
          Map.entry("webhooks/{id}", WEBHOOK),
          Map.entry("deliveries/{delivery}", DELIVERY),
          Map.entry("/cursor", PLACE),
          Map.entry("keys/{generation}", GENERATION),
          Map.entry("operations/{id}", OPERATION),
          Map.entry("?project", PROJECT),
          Map.entry("?domain", DOMAIN),
          Map.entry("?community", COMMUNITY),
          Map.entry("?secret", SECRET_ID),
          Map.entry("?resource", SECRET_ID),
          Map.entry("?actor", ACTOR),
          Map.entry("?holder", ACCOUNT),
          Map.entry("?after", CURSOR),
          Map.entry("?Last-Event-ID", CURSOR),
          Map.entry("/project", PROJECT),
          Map.entry("/domain", DOMAIN),
          Map.entry("/community", COMMUNITY),
          Map.entry("/secret_id", SECRET_ID),
          Map.entry("/service_account", ACCOUNT),
          Map.entry("/secret", SECRET),
          Map.entry("/id", SECRET_ID),
          // In a list within a body, "name" is that of a secret which is asked for.
          Map.entry("[]/name", SECRET));

  /** Slots that name nothing that is there: filters, sizes, and what is about to be made. */
  static final Set<String> PLAIN =
      Set.of(
          // Page tokens are places in lists, which are checked as lists; an Idempotency-Key is its
          // principal's alone, which EveryOperationIT and G9 show with tests of their own.
          // A ticket is a credential, and the only one of its request: StreamTicketsIT.
          "?ticket",
          "?page_size",
          "?newest",
          "?page_token",
          "?Idempotency-Key",
          "?If-Match",
          "?If-None-Match",
          "?inherited",
          "?use",
          "?deleted",
          "?force",
          "?confirm",
          "/if_match",
          "/create_only",
          "/versions",
          "/bytes",
          "/leases",
          "/streams",
          "/requests_per_second",
          "?label",
          "?name_prefix",
          "?q",
          "/read",
          "/write",
          "?state",
          "?phase",
          // Of a rotation: how it is to go. Canaries that are not there are nobody.
          "/strategy",
          "/grace",
          "/canary",
          "/runs",
          "/waves",
          "/pause",
          "/dry_run",
          "/generate",
          "/length",
          "/alphabet",
          "/every",
          "/cron",
          "/time_zone",
          "/manual",
          "/hook",
          "/url",
          "/remind_before",
          "?wait",
          "?type",
          "?from",
          "?step",
          "?to",
          "?action",
          "?outcome",
          // In a body, "name" is the name that something new or renamed is to have.
          "/name",
          "/description",
          "/labels",
          "/type",
          "/value",
          "/data",
          "/data_base64",
          "/file_name",
          "/content_base64",
          "/max_versions",
          "/cas_required",
          "/expires_in",
          "/overlap",
          "/role",
          // Of an identity provider: what its tokens say, and where its keys are.
          "/kind",
          "/issuer",
          "/audience",
          "/jwks_url",
          "/ca_pem",
          "/jwks",
          "/algorithms",
          "/max_token_lifetime",
          "/conditions",
          "/any_subject",
          "/mappings",
          "/claim",
          "/equals",
          "/one_of",
          "/prefix",
          "/reveal",
          "/alias",
          "/target",
          // Of subscriptions and webhooks: what they want, and where from and where to.
          "/types",
          "/start",
          "/restart",
          "/enabled",
          "/patch",
          "?version",
          "/key",
          "/ttl",
          "/min_valid_for",
          "/keys",
          // Of a run and what is said of it. A member is the run's alone, and a holder is looked
          // for in the leases of one's own tenant.
          "/external_id",
          "/attempt",
          "/deadline",
          "/heartbeat_ttl",
          "/outcome",
          "/member",
          "/holder",
          "/status",
          "/detail",
          "/version",
          "/lease_seconds",
          "/max_lease_seconds",
          "/project_leases",
          "/project_runs",
          "?external_id",
          "?name",
          "?held_at",
          "/secrets",
          "/sealed",
          "/suite",
          "/enc",
          "/ciphertext",
          "/sealed_to",
          "/as_env_var",
          "/mount",
          "/file_as",
          "/optional",
          "/reload",
          "/max_delay");

  /** The thing that a slot names; empty for a plain one. */
  static Optional<Thing> of(String slot) {
    Thing thing = SLOTS.get(slot);
    if (thing == null && !PLAIN.contains(slot)) {
      throw new AssertionError(
          "the contract has a new slot, %s: say in Thing what it names, or that it is plain"
              .formatted(slot));
    }
    return Optional.ofNullable(thing);
  }

  /** A well-formed name of this kind under which there is nothing anywhere. */
  String unknown(String foreign) {
    return switch (this) {
      case TENANT, PROJECT, COMMUNITY, DOMAIN, SECRET, MEMBER, ENVIRONMENT -> "nowhere";
      case VERSION, GENERATION -> "2147483647";
      case ADOPTION,
          ACCOUNT,
          KEY,
          BINDING,
          SECRET_ID,
          LEASE,
          ROTATION,
          RUN,
          PROVIDER,
          OPERATION,
          SUBSCRIPTION,
          WEBHOOK,
          DELIVERY ->
          UUID.randomUUID().toString();
      case VARIABLE -> "NOWHERE";
      case ACTOR -> "service_account:" + UUID.randomUUID();
      case CURSOR, PLACE -> forged(foreign);
    };
  }

  private static String forged(String cursor) {
    byte[] bytes = Base64.getUrlDecoder().decode(cursor);
    bytes[bytes.length - 1] ^= 1;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whether it counts within another thing, and every tenant has the same ones. */
  boolean isNumber() {
    return this == VERSION || this == GENERATION || this == VARIABLE;
  }

  /** Whether everybody in the tenant may know of it, whatever project they belong to. */
  boolean ofTheWholeTenant() {
    return this == DOMAIN;
  }
}
