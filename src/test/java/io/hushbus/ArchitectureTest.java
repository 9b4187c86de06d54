package io.hushbus;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Grant;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The shape of the program: which package may import which, and who alone may do the dangerous
 * things. Every rule is also shown something that breaks it, as a checker that was never seen red
 * proves nothing.
 *
 * <p>A new edge or a new name in a list is a decision: make it here, in the change that needs it,
 * and say why in the commit.
 */
final class ArchitectureTest {

  private static final String ROOT = "io.hushbus";

  /** For each package, the packages it may import. Read upwards: imports go down only. */
  private static final Map<String, Set<String>> PERMITTED = permitted();

  /** Who may see the bytes of a value. Everybody else passes it on unseen. */
  private static final Set<String> REVEALERS =
      Set.of(
          "crypto.ApiKey",
          "crypto.DeliveryKeyPair",
          "crypto.Keyring",
          "crypto.Macs",
          "crypto.PayloadCodec",
          "crypto.RootKey",
          "crypto.RootKeySource",
          "crypto.Signer",
          "access.Peppers", // the hint of a key: its last characters
          "secret.EntrySize", // has it a zero byte?
          "secret.Content", // is a value of type json well formed?
          "db.Connections", // the password of the database
          "db.JdbcSource",
          "http.JsonWriter", // splices a value into an answer
          "client.HttpTransport", // the token, for its header
          "client.BusConnection", // the token, for its frames
          "client.Body", // splices a value into a request
          "http.IdentityEndpoints", // the token in a token exchange
          "imports.Tree", // names and base64 of a file that is imported
          "imports.JsonBytes", // a part of such a file, written as JSON again
          "runner.Masks", // what is to be hidden in output
          "runner.Patterns",
          "runner.Variables", // a child's environment
          "runner.PrivateFiles", // and its files
          "runner.Material", // makes a copy of its own
          "runner.Placer", // has it a zero byte?
          "runner.EnvFile", // text that is no secret
          "runner.Rendering", // writes them out
          "runner.Template", // puts values into a text
          "cli.Access", // may it stand in a header?
          "cli.DatabaseTool", // the password of the owner, for pg_dump and pg_restore
          "cli.DevTenant", // the keys it makes for dev.env
          "cli.Revealed", // a value that was asked for, on its way to the terminal
          "cli.DockerConfig", // puts the login of a registry together
          "cli.Login", // the key that goes into the file of a profile
          "cli.InitCommand"); // the first operator's key, shown once

  /** What of cryptography those may use who ask {@code secret} to open: nothing that opens. */
  private static final Set<String> NO_KEYS =
      Set.of(
          "Canonical",
          "CanonicalReader",
          "CryptoPool",
          "DeliveryContext",
          "DeliveryKey",
          "DeliverySuite",
          "Keyring",
          "Macs", // vouches for kept places
          "OpaqueToken",
          "RowMac",
          "SealedDelivery");

  /** Who may write within a tenant without the ledger, and why. */
  private static final Set<String> WRITERS =
      Set.of(
          "event.Ledger", // it is the door
          "delivery.Subscriptions", // acknowledgements: a reader's note of what it was sent
          "lease.LeaseGrants", // claims an Idempotency-Key, which changes nothing yet
          "lease.Heartbeats", // that a run lives is no fact about a secret, and too often said
          "lease.Budget", // reserves room in a quota, which is no fact about a secret
          "tenant.Keyrings", // reserves a counter, which is no fact about a secret
          "db.*"); // the floor itself

  /** Who may do work off the event loop, and why. */
  private static final Set<String> LEAVERS =
      Set.of(
          "crypto.CryptoPool", // decides where cryptographic work runs
          "audit.CheckpointFile"); // reads a file, line by line

  /** Who may see more than one tenant, and why one tenant at a time will not do. */
  private static final Set<String> CROSSERS =
      Set.of(
          "*", // the root wires the lease batch's connection
          "event.Ledger", // the operator's changes
          "lease.GrantBatch", // leases of all tenants in one commit
          "lease.RunSweep", // finds runs that are over, whose ever
          "lease.RevocationSweep", // and marks that are not written into their leases yet
          "lease.Outages", // that a broker is up is nobody's
          "access.Authenticator", // a key says nothing of its tenant
          "access.ExternalIdentities", // nor does a token before its provider is found
          "access.Lockouts", // who fails to log in may belong to none
          "access.StreamTickets", // nor does a ticket
          "tenant.Installation", // works before there is a tenant
          "tenant.Tenants", // the operator's list
          "tenant.Operations", // the operator sees those of all tenants
          "tenant.OperationRunner", // does them, whosever they are
          "tenant.Nodes", // says that this node lives; reads no rows of tenants
          "tenant.KeyLife", // the operator's keys of tenants
          "delivery.EventLog", // heads of all followed tenants in one statement
          "delivery.WebhookQueue", // takes endpoints of all tenants that have something to be told
          "delivery.Hints", // listens, carries nothing
          "delivery.Retention", // drops partitions
          "rotation.RotationRounds", // finds the rotations that go on, whose ever
          "rotation.HookRounds", // and the hooks that are to be called
          "rotation.PolicyRounds", // and the policies that are due
          "tenant.Keyrings", // asks which of the tenants it knows are no more
          "secret.TrashPurge", // finds what has been in a trash for its time, whose ever
          "tenant.Quotas", // the operator's view of a tenant's budgets
          "audit.Sealer", // seals tenant after tenant
          "audit.InventoryCheck", // adds up the rows of each tenant
          "audit.RestoreWatch", // compares the chains of all tenants with the file
          "db.*");

  /**
   * Where the JSON of Vert.x may appear beside the front doors: where bytes become rows or text.
   */
  private static final Set<String> JSON_EDGES =
      Set.of(
          "http..",
          "bus..",
          "client..",
          "cli..",
          "access.BrokerTokens", // the JWT library speaks it
          "access.ProviderKeys", // as before
          "access.ProviderText", // rules as they are stored and sent
          "access.ProviderStore",
          "delivery.BusNotices", // verticles take it
          "delivery.Notice", // its data decides whom it is for
          "event.AuditTail", // jsonb columns, here and below
          "event.EventStore",
          "lease.EnvironmentStore",
          "lease.NeedFields", // needs as they are stored and sent
          "secret.SecretRows",
          "secret.SecretStore");

  /** Who may make randomness for themselves beside the composition root, and why. */
  private static final Set<String> OWN_CHANCE =
      Set.of(
          "*",
          "cli..",
          "client.HushbusClient", // wires the parts of a client, which is in no broker
          "crypto.RootKeySource", // makes the first key, before anything is wired
          "crypto.WarmUp", // seals what is thrown away
          "db.Db", // spreads retries
          "db.LocalServer"); // passwords of a server of one's own

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .importPackages(ROOT);

  private static final JavaClasses CARELESS =
      new ClassFileImporter().importClasses(Careless.class, CarelessManager.class);

  @Test
  void imports_go_down_only() {
    assertThat(forbiddenEdges(PRODUCTION, PERMITTED)).isEmpty();
  }

  @Test
  void every_package_has_its_place_in_the_table() {
    assertThat(packagesOf(PRODUCTION)).isSubsetOf(PERMITTED.keySet());
  }

  @Test
  void an_edge_that_is_not_in_the_table_is_found() {
    assertThat(forbiddenEdges(CARELESS, Map.of("", Set.of())))
        .anyMatch(edge -> edge.contains("-> model"));
  }

  @Test
  void the_table_itself_has_no_way_up() {
    Map<String, Integer> height = new LinkedHashMap<>();
    PERMITTED.keySet().forEach(name -> height.put(name, height.size()));
    PERMITTED.forEach(
        (from, all) -> all.forEach(to -> assertThat(height.get(to)).isLessThan(height.get(from))));
  }

  @Test
  void packages_make_no_cycle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(PRODUCTION);
  }

  @Test
  void packages_are_one_level_deep() {
    assertThat(PRODUCTION)
        .allMatch(type -> type.getPackageName().matches("io\\.hushbus(\\.[a-z]+)?"));
  }

  @Test
  void model_imports_java_base_alone() {
    // Mirrors of java.base have no module in the byte code, so the packages are named.
    classes()
        .that(resideInAPackage(ROOT + ".model"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".model",
            "java.lang..",
            "java.net..",
            "java.util..",
            "java.time..",
            "java.nio..",
            "java.security..",
            "org.jspecify.annotations")
        .check(PRODUCTION);
  }

  @Test
  void only_the_named_few_reveal_a_value() {
    onlyCalledFrom("SecretValue.reveal", SecretValue.class.getName(), Set.of("reveal"), REVEALERS);
  }

  @Test
  void who_holds_and_who_tells_never_touches_keys() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".lease", ROOT + ".rotation", ROOT + ".delivery")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are cryptography beyond " + NO_KEYS,
                type ->
                    isOurs(type)
                        && packageOf(type).equals("crypto")
                        && !NO_KEYS.contains(outer(type))))
        .check(PRODUCTION);
  }

  @Test
  void only_the_access_policy_makes_a_grant() {
    onlyCalledFrom(
        "new Grant", Grant.class.getName(), Set.of("<init>"), Set.of("access.AccessPolicy"));
  }

  @Test
  void writes_go_through_the_ledger() {
    both(
        noClasses()
            .that(areNot(WRITERS))
            .should()
            .accessTargetWhere(target(Db.class.getName(), Set.of("write"))),
        CARELESS);
  }

  @Test
  void only_the_named_few_cross_tenants() {
    both(
        noClasses()
            .that(areNot(CROSSERS))
            .should()
            .accessTargetWhere(target(Db.class.getName(), Set.of("system", "dedicated"))),
        CARELESS);
  }

  @Test
  void json_objects_stay_at_the_edges() {
    both(
        noClasses()
            .that(areNot(JSON_EDGES))
            .should()
            .dependOnClassesThat(
                DescribedPredicate.describe(
                    "are the JSON tree of Vert.x",
                    type ->
                        type.getPackageName().equals("io.vertx.core.json")
                            && type.getSimpleName().startsWith("Json"))),
        CARELESS);
  }

  @Test
  void only_the_named_few_leave_the_event_loop() {
    both(
        noClasses().that(areNot(LEAVERS)).should().accessTargetWhere(named("executeBlocking")),
        CARELESS);
  }

  @Test
  void the_clock_and_randomness_are_passed_in() {
    both(
        noClasses()
            .that(areNot(OWN_CHANCE))
            .should()
            .accessTargetWhere(
                target("java.lang.System", Set.of("currentTimeMillis"))
                    .or(target("java.time.Clock", Set.of("systemUTC", "systemDefaultZone")))
                    .or(nowWithoutClock())
                    .or(target("java.util.UUID", Set.of("randomUUID")))
                    .or(target("java.util.Random", Set.of("<init>")))
                    .or(target("java.lang.Math", Set.of("random")))
                    .or(target("java.util.concurrent.ThreadLocalRandom", Set.of("current")))
                    .or(target("java.security.SecureRandom", Set.of("<init>")))),
        CARELESS);
  }

  @Test
  void only_the_command_line_speaks_on_standard_output() {
    both(
        noClasses()
            .that(areNot(Set.of("cli..")))
            .should()
            .accessTargetWhere(target("java.lang.System", Set.of("out", "err"))),
        CARELESS);
  }

  @Test
  void handlers_with_known_holes_are_not_used() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(".*\\.(ChainAuthHandler|StaticHandler)")
        .check(PRODUCTION);
    noClasses()
        .that(areNot(Set.of("http.HttpVerticle", "outbound.Outbound"))) // they say no
        .should()
        .accessTargetWhere(
            named("setDecompressionSupported")
                .or(named("setPerMessageWebSocketCompressionSupported")))
        .check(PRODUCTION);
  }

  @Test
  void no_json_tree_can_serialise_by_reflection() {
    assertThatThrownBy(() -> Class.forName("com.fasterxml.jackson.databind.ObjectMapper"))
        .as("jackson-databind on the class path lets a JsonObject serialise any object")
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void classes_are_final_or_sealed() {
    both(
        noClasses()
            .that()
            .areTopLevelClasses()
            .and()
            .areNotInterfaces()
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .should()
            .notHaveModifier(JavaModifier.FINAL)
            .andShould()
            .notBeEnums(),
        null);
  }

  @Test
  void names_say_what_a_class_is() {
    both(
        noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Dto)(\\$.*)?"),
        CARELESS);
  }

  @Test
  void every_package_explains_itself() throws IOException {
    for (String name : packagesOf(PRODUCTION)) {
      Path file = Path.of("src/main/java/io/hushbus", name, "package-info.java");
      assertThat(file).exists();
      String text = Files.readString(file);
      assertThat(text).as("%s", file).contains("@NullMarked");
      assertThat(text.lines().filter(line -> line.startsWith(" * ")).count())
          .as("lines in which %s says what it is for, promises, and leaves out", file)
          .isBetween(3L, 20L);
    }
  }

  /** The table of LAYOUT: floor first, front doors last, so that every row names earlier rows. */
  private static Map<String, Set<String>> permitted() {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    table.put("model", Set.of());
    table.put("config", Set.of("model"));
    table.put("telemetry", Set.of("model"));
    table.put("crypto", Set.of("model"));
    table.put("db", Set.of("model", "config"));
    Set<String> floor = Set.of("model", "config", "telemetry", "crypto", "db");
    table.put("outbound", Set.of("model", "config", "telemetry"));
    table.put("event", floor);
    table.put("tenant", and(floor, "event"));
    Set<String> grounds = and(floor, "event", "tenant");
    table.put("access", and(grounds, "outbound"));
    table.put("audit", grounds);
    table.put("secret", and(grounds, "access", "audit"));
    Set<String> holdings = and(grounds, "access", "audit", "secret");
    table.put("lease", holdings);
    table.put("delivery", and(holdings, "outbound"));
    table.put("rotation", and(holdings, "lease", "delivery", "outbound"));
    // Front doors reach neither SQL nor keys.
    Set<String> doors = without(and(holdings, "lease", "delivery", "rotation"), "db", "crypto");
    table.put("http", doors);
    // Asks for the operations of the contract as HTTP does, and does not do them again.
    table.put("bus", and(doors, "http"));
    table.put("client", Set.of("model", "crypto"));
    table.put("imports", Set.of("model"));
    table.put("runner", Set.of("client", "imports", "model"));
    table.put("", and(holdings, "lease", "delivery", "rotation", "http", "bus", "outbound"));
    table.put("cli", Set.of("", "client", "imports", "runner", "config", "db", "audit", "model"));
    return table;
  }

  /** Edges between our packages that the table does not have, as "from -> to: class". */
  private static Set<String> forbiddenEdges(JavaClasses types, Map<String, Set<String>> table) {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : types) {
      String from = packageOf(type);
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> isOurs(target) && !packageOf(target).equals(from))
          .filter(target -> !table.getOrDefault(from, Set.of()).contains(packageOf(target)))
          .forEach(target -> found.add(from + " -> " + packageOf(target) + ": " + type.getName()));
    }
    return found;
  }

  private static Set<String> packagesOf(JavaClasses types) {
    Set<String> names = new TreeSet<>();
    types.forEach(type -> names.add(packageOf(type)));
    return names;
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
  }

  /** The name of a package below the root; empty for the root itself. */
  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }

  private static String outer(JavaClass type) {
    String name = type.getName().substring(type.getPackageName().length() + 1);
    return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
  }

  private static void onlyCalledFrom(
      String what, String owner, Set<String> methods, Set<String> allowed) {
    both(
        noClasses()
            .that(areNot(allowed))
            .and(DescribedPredicate.not(DescribedPredicate.describe("own it", isOrIsIn(owner))))
            .should()
            .accessTargetWhere(target(owner, methods))
            .as(what + " is for " + allowed + " alone"),
        CARELESS);
  }

  private static java.util.function.Predicate<JavaClass> isOrIsIn(String owner) {
    return type -> type.getName().equals(owner) || type.getName().startsWith(owner + "$");
  }

  /** Checks the program, and that the same rule is broken by what was written to break it. */
  private static void both(ArchRule rule, @org.jspecify.annotations.Nullable JavaClasses broken) {
    rule.check(PRODUCTION);
    if (broken != null) {
      assertThat(rule.evaluate(broken).hasViolation()).as("the rule can be seen red").isTrue();
    }
  }

  /**
   * Classes outside a list of places. A place is a package with everything in it ("crypto.."), the
   * classes of one package ("db.*", or "*" for the root), or a class with its inner ones.
   */
  private static DescribedPredicate<JavaClass> areNot(Set<String> places) {
    return DescribedPredicate.describe(
        "are not in " + places,
        type -> type.getSimpleName().startsWith("Careless") || places.stream().noneMatch(in(type)));
  }

  private static java.util.function.Predicate<String> in(JavaClass type) {
    String path =
        type.getName().startsWith(ROOT + ".") ? type.getName().substring(ROOT.length() + 1) : "";
    return place -> {
      if (place.endsWith("..")) {
        return packageOf(type).equals(place.substring(0, place.length() - 2));
      }
      if (place.endsWith("*")) {
        return packageOf(type).equals(place.replaceAll("\\.?\\*$", ""));
      }
      return path.equals(place) || path.startsWith(place + "$");
    };
  }

  private static DescribedPredicate<JavaAccess<?>> target(String owner, Set<String> names) {
    return DescribedPredicate.describe(
        "target is one of " + names + " of " + owner,
        access ->
            access.getTargetOwner().getName().equals(owner) && names.contains(access.getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> named(String name) {
    return DescribedPredicate.describe(
        "target is " + name, access -> access.getName().equals(name));
  }

  private static DescribedPredicate<JavaAccess<?>> nowWithoutClock() {
    return DescribedPredicate.describe(
        "target is now()",
        access ->
            access.getTargetOwner().getPackageName().equals("java.time")
                && access.getTarget().getFullName().endsWith(".now()"));
  }

  private static Set<String> and(Set<String> names, String... more) {
    Set<String> all = new TreeSet<>(names);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }

  private static Set<String> without(Set<String> names, String... fewer) {
    return Set.copyOf(
        Stream.of(names).flatMap(Set::stream).filter(n -> !List.of(fewer).contains(n)).toList());
  }

  /** Breaks the rules above, one method each. Never run. */
  @SuppressWarnings("unused")
  private static final class Careless {
    byte[] peek(SecretValue value) {
      return value.reveal(bytes -> bytes);
    }

    Grant forge(Grant other) {
      return new Grant(other.caller(), other.action(), other.resource(), other.request(), "");
    }

    Future<String> block(Vertx vertx) {
      return vertx.executeBlocking(() -> "slow", false);
    }

    Future<Integer> write(Db db, TenantId tenant) {
      return db.write(tenant, tx -> tx.update("DELETE FROM secret"));
    }

    Object peekAtAll(Db db) {
      return db.dedicated(SystemTx.Job.LOG_FOLLOWER);
    }

    JsonObject tree() {
      return new JsonObject();
    }

    Instant now() {
      return Instant.now();
    }

    UUID chance() {
      byte[] bytes = new byte[16];
      new SecureRandom().nextBytes(bytes);
      return UUID.nameUUIDFromBytes(bytes);
    }

    void speak() {
      System.out.println("hello");
    }
  }

  /** A name that says nothing. */
  private static final class CarelessManager {}
}
