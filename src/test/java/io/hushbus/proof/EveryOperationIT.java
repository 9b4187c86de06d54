package io.hushbus.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * N-23 and N-24: every operation of the contract, asked by whom it does not concern. Two tenants
 * have the same names for everything, and each has some that only it has.
 */
final class EveryOperationIT {

  private static final List<String> ROLES =
      List.of("viewer", "developer", "editor", "admin", "runner", "auditor");

  /** What the operator may name of every tenant. */
  private static final Set<Thing> OPERATED = Set.of(Thing.TENANT, Thing.OPERATION);

  /**
   * What gives an environment its name, needs of it names, or a run a label: no look-up, so that
   * any name will do, and whoever may do it has made something by it.
   */
  private static final Set<String> NAMING = Set.of("putEnvironment", "bindVariable", "openRun");

  /** What everything that is made has of its own: ids, times, tokens, numbers of changes. */
  private static final Pattern OWN =
      Pattern.compile(
          "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9-]{10}T[0-9:.]+Z|hsr_[0-9A-Za-z]+"
              + "|run-[0-9]+|\"revision\":[0-9]+|^\"[0-9]+\"$");

  /** How often two requests may differ in what they cost because something else came between. */
  private static final int TRIES = 20;

  private static final StatementLog LOG = new StatementLog();

  private static Brokers brokers;
  private static Client anybody;
  private static Tenancy acme;
  private static Tenancy globex;
  private static Holdings ours;
  private static Holdings theirs;
  private static String theirId;
  private static String ourId;
  private static final Map<String, String> everywhere = new LinkedHashMap<>();
  private static final Map<String, String> elsewhere = new LinkedHashMap<>();

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    BrokerNode node = brokers.start(Brokers.Tuning.QUIET, LOG);
    anybody = node.client("");
    Client operator = node.client(brokers.operator());
    acme = brokers.tenant(operator, "acme");
    globex = brokers.tenant(operator, "globex");
    ours = Holdings.make(anybody, operator, acme);
    theirs = Holdings.make(anybody, operator, globex);
    ourId = tenant(acme);
    theirId = tenant(globex);
    Client admin = anybody.as(acme.admin());
    admin.post("/projects", new JsonObject().put("name", "elsewhere")).expect(201);
    for (String role : ROLES) {
      JsonObject binding = new JsonObject().put("role", role);
      everywhere.put(role, Tenancy.account(admin, "all-" + role, binding));
      elsewhere.put(
          role, Tenancy.account(admin, "some-" + role, binding.put("project", "elsewhere")));
    }
    everywhere.put("runner", acme.runner());
    everywhere.put("operator", brokers.operator());
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  static List<ApiOperation> closed() {
    return ApiOperation.closed();
  }

  /** What makes something by any name comes last: it is there then. */
  static List<ApiOperation> closedMakersLast() {
    return closed().stream()
        .sorted(Comparator.comparing(operation -> NAMING.contains(operation.id())))
        .toList();
  }

  /** What anybody may ask, and why. */
  @Test
  void only_these_operations_are_open() {
    Map<String, String> open = new HashMap<>();
    open.put("issueToken", "the credentials are in the body");
    open.put("getJwks", "public keys are public");
    open.put("getOpenApi", "the contract is the same for everybody");
    open.put("getDocs", "the contract is the same for everybody");
    open.put("getDocsFile", "the contract is the same for everybody");
    open.put("getRoot", "the console is the same for everybody");
    open.put("getConsoleFile", "the console is the same for everybody");
    open.put("getConsolePart", "the console is the same for everybody");
    open.put("getSignIn", "it is looked at before one signs in");
    open.put("getSignInCallback", "the console is the same for everybody");
    assertThat(open.keySet())
        .containsAll(
            ApiOperation.all().stream().filter(ApiOperation::open).map(ApiOperation::id).toList());
  }

  @ParameterizedTest
  @MethodSource("closed")
  void n01_n23_without_a_token_nothing_is_told(ApiOperation operation) {
    Map<Slot, String> real = Asking.usual(operation, ours);
    Client.Answer answer = new Asking(operation, real).of(anybody);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    assertThat(new Asking(operation, real).tells(anybody))
        .isEqualTo(new Asking(operation, Asking.unknown(real)).tells(anybody))
        .isEqualTo(new Asking(operation, real).tells(anybody.as("hsb_" + "x".repeat(49))));
  }

  @ParameterizedTest
  @MethodSource("closedMakersLast")
  void n23_n24_n31_what_is_another_tenants_is_as_if_it_were_not_there(ApiOperation operation) {
    Set<String> before = rowsOf(theirId);
    for (Slot slot : operation.slots()) {
      for (Map.Entry<String, String> caller : everywhere.entrySet()) {
        if (!slot.thing().isNumber() && !mayKnowEveryTenant(slot, caller.getKey())) {
          alike(operation, slot, anybody.as(caller.getValue()), caller.getKey());
        }
      }
    }
    assertThat(rowsOf(theirId)).isEqualTo(before);
  }

  /** With every name that the other tenant uses: what comes is one's own, or nothing. */
  @ParameterizedTest
  @MethodSource("closed")
  void n23_nothing_of_another_tenant_is_answered_or_changed(ApiOperation operation) {
    Set<String> before = rowsOf(theirId);
    for (Map.Entry<String, String> caller : everywhere.entrySet()) {
      if (!caller.getKey().equals("operator")) {
        Map<Slot, String> foreign = new LinkedHashMap<>();
        Asking.usual(operation, theirs)
            .forEach((slot, name) -> foreign.put(slot, unique(slot, name)));
        Client.Answer answer = new Asking(operation, foreign).of(anybody.as(caller.getValue()));
        assertThat(answer.status()).as(caller.getKey()).isNotEqualTo(500);
        assertThat(answer.body())
            .as(caller.getKey())
            .doesNotContain(theirs.value())
            .doesNotContain(theirId)
            .doesNotContain(theirs.own(Thing.KEY));
      }
    }
    assertThat(rowsOf(theirId)).isEqualTo(before);
  }

  /** Whoever has a role in one project alone cannot tell another's things from nothing. */
  @ParameterizedTest
  @MethodSource("closed")
  void n23_what_is_in_another_project_is_as_if_it_were_not_there(ApiOperation operation) {
    if (operation.slots().isEmpty()) {
      return;
    }
    Set<String> before = butOfTheAsker(rowsOf(ourId));
    Map<Slot, String> real = Asking.usual(operation, ours);
    for (Map.Entry<String, String> caller : elsewhere.entrySet()) {
      Client client = anybody.as(caller.getValue());
      Asking.Told told = new Asking(operation, real).tells(client);
      for (Map<Slot, String> other : List.of(Asking.unknown(real), unknownButTheProject(real))) {
        assertThat(told)
            .as("%s for a %s elsewhere", operation, caller.getKey())
            .isEqualTo(new Asking(operation, other).tells(client));
      }
    }
    assertThat(butOfTheAsker(rowsOf(ourId))).isEqualTo(before);
  }

  /** The walk would notice: what is there is told, and costs something else than nothing. */
  @Test
  void a_thing_of_ones_own_is_not_like_nothing() {
    Client caller = anybody.as(acme.app());
    for (String id : List.of("getSecret", "getLease", "getServiceAccount", "getProject")) {
      ApiOperation operation =
          closed().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
      Map<Slot, String> real = Asking.usual(operation, ours);
      assertThat(new Asking(operation, real).tells(caller))
          .isNotEqualTo(new Asking(operation, Asking.unknown(real)).tells(caller));
    }
    List<String> sent = new ArrayList<>();
    LOG.during(sent, () -> caller.get("/secrets?project=demo"));
    assertThat(sent).isNotEmpty();
    assertThat(rowsOf(theirId)).hasSizeGreaterThan(20);
  }

  private static void alike(ApiOperation operation, Slot slot, Client caller, String role) {
    Map<Slot, String> foreign = Asking.usual(operation, ours);
    foreign.put(slot, theirs.unique(slot.thing()));
    String last = "";
    for (int i = 0; i < TRIES; i++) {
      Map<Slot, String> unknown = new LinkedHashMap<>(foreign);
      unknown.put(slot, slot.thing().unknown(theirs.unique(slot.thing())));
      List<String> one = new ArrayList<>();
      List<String> other = new ArrayList<>();
      Asking.Told answer = LOG.during(one, () -> tells(operation, foreign, slot, caller));
      Asking.Told nothing = LOG.during(other, () -> tells(operation, unknown, slot, caller));
      assertThat(answer).as("%s of %s by %s", operation, slot, role).isEqualTo(nothing);
      if (one.equals(other)) {
        return;
      }
      last = one + " but for nothing " + other;
    }
    throw new AssertionError("%s of %s by %s costs %s".formatted(operation, slot, role, last));
  }

  /** Of what was made by asking, without the name it was given and what it has of its own. */
  private static Asking.Told tells(
      ApiOperation operation, Map<Slot, String> names, Slot slot, Client caller) {
    Map<Slot, String> asked = new LinkedHashMap<>(names);
    if (operation.id().equals("openRun")) {
      asked.put(new Slot("body", "external_id", Thing.RUN, ""), "run-" + Names.next());
    }
    Asking.Told told = new Asking(operation, asked).tells(caller);
    if (!NAMING.contains(operation.id()) || told.status() >= 300) {
      return told;
    }
    if (operation.id().equals("openRun")) { // or it would be lost while others look
      String run = new JsonObject(told.body()).getString("id");
      caller.post("/runs/" + run + "/complete", new JsonObject()).expect(200);
    }
    String theirName = theirs.unique(slot.thing());
    UnaryOperator<String> plain =
        text ->
            OWN.matcher(text.replace(theirName, "-").replace(slot.thing().unknown(theirName), "-"))
                .replaceAll("-");
    Map<String, List<String>> headers = new LinkedHashMap<>();
    told.headers()
        .forEach((name, values) -> headers.put(name, values.stream().map(plain).toList()));
    return new Asking.Told(told.status(), headers, plain.apply(told.body()));
  }

  private static String unique(Slot slot, String own) {
    return slot.thing().isNumber() ? own : theirs.unique(slot.thing());
  }

  private static Map<Slot, String> unknownButTheProject(Map<Slot, String> real) {
    Map<Slot, String> names = new LinkedHashMap<>(real);
    names.replaceAll(
        (slot, name) -> slot.thing() == Thing.PROJECT ? name : slot.thing().unknown(name));
    return names;
  }

  private static boolean mayKnowEveryTenant(Slot slot, String role) {
    return OPERATED.contains(slot.thing()) && role.equals("operator");
  }

  private static String tenant(Tenancy tenancy) {
    JsonObject me = anybody.as(tenancy.admin()).get("/auth/whoami").expect(200).json();
    return UUID.fromString(me.getJsonObject("tenant").getString("id")).toString();
  }

  /** Every row that names the tenant, of every table. */
  private static Set<String> rowsOf(String tenant) {
    return Set.copyOf(
        Canary.dump(brokers.database()).stream()
            .filter(row -> row.contains(tenant))
            .filter(row -> !row.contains("inventory_check")) // when the broker last counted
            .toList());
  }

  /**
   * Without what asking leaves behind: the trail says who asked, and a stream ticket is its asker's
   * own, for filters that are judged when the stream opens.
   */
  private static Set<String> butOfTheAsker(Set<String> rows) {
    return Set.copyOf(
        rows.stream()
            .filter(
                row ->
                    Stream.of("audit_tail", "\"audit_tail", "stream_ticket", "\"stream_ticket")
                        .noneMatch(row::startsWith))
            .toList());
  }
}
