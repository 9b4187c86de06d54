package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.Caller.Binding;
import io.hushbus.model.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * N-27: ten thousand people with random roles ask a random question each, and a second evaluator,
 * written from the table of roles alone, gives the same answer. Answers are what a caller sees:
 * allowed, refused, or nothing there.
 */
final class AccessModelTest {

  private static final int QUESTIONS = 10_000;
  private static final long SEED = 20_260_417;

  private enum Seen {
    ALLOWED,
    REFUSED,
    NOTHING
  }

  /**
   * Where a role is bound or a thing lies: the places from the narrowest to the tenant. A community
   * comes between a project and its tenant, when there are communities: {@link World#above} is the
   * one place that knows.
   */
  private record World(List<UUID> projects) {

    static World random(SplittableRandom random) {
      return new World(
          Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()))
              .limit(1 + random.nextInt(4))
              .toList());
    }

    /** The places from which a role reaches a thing in {@code project}: each once. */
    static Set<Optional<UUID>> above(Optional<UUID> project) {
      return new HashSet<>(List.of(project, Optional.empty()));
    }

    Optional<UUID> place(SplittableRandom random) {
      int at = random.nextInt(projects.size() + 1);
      return at == 0 ? Optional.empty() : Optional.of(projects.get(at - 1));
    }
  }

  private record Question(
      List<Binding> bindings, Action action, Optional<UUID> project, boolean own) {}

  @Test
  void n27_a_second_evaluator_gives_the_same_answer_to_ten_thousand_questions() {
    Map<Seen, Integer> counted = new java.util.EnumMap<>(Seen.class);
    for (int n = 0; n < QUESTIONS; n++) {
      Question question = question(new SplittableRandom(SEED + n));
      Seen seen = reference(question);
      assertThat(answer(question)).as("question %d: %s", n, question).isEqualTo(seen);
      counted.merge(seen, 1, Integer::sum);
    }
    assertThat(counted.values()).hasSize(3).allMatch(times -> times > QUESTIONS / 20);
  }

  /** More roles never take a right away. */
  @Test
  void n27_a_further_role_only_adds() {
    for (int n = 0; n < QUESTIONS; n++) {
      SplittableRandom random = new SplittableRandom(SEED - n);
      Question question = question(random);
      List<Binding> more = new ArrayList<>(question.bindings());
      more.add(new Binding(role(random), question.project()));
      Question richer = new Question(more, question.action(), question.project(), question.own());
      assertThat(answer(richer)).isLessThanOrEqualTo(answer(question));
    }
  }

  private static Question question(SplittableRandom random) {
    World world = World.random(random);
    List<Binding> bindings = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      bindings.add(new Binding(role(random), world.place(random)));
    }
    Action action = one(List.of(Action.values()), random);
    boolean foreign = random.nextInt(8) == 0;
    Optional<UUID> project =
        foreign ? Optional.of(new UUID(0, random.nextLong())) : world.place(random);
    return new Question(bindings, action, project, random.nextBoolean());
  }

  private static Role role(SplittableRandom random) {
    return one(List.of(Role.values()), random);
  }

  private static <T> T one(List<T> of, SplittableRandom random) {
    return of.get(random.nextInt(of.size()));
  }

  private static Seen answer(Question question) {
    Extent needed = question.own() ? Extent.OWN : Extent.ALL;
    Extent has = AccessRule.extent(question.bindings(), question.action(), question.project());
    Action listing = AccessRule.listing(question.action());
    Extent lists = AccessRule.extent(question.bindings(), listing, question.project());
    if (has.compareTo(needed) >= 0) {
      return Seen.ALLOWED;
    }
    return lists == Extent.ALL ? Seen.REFUSED : Seen.NOTHING;
  }

  /** The table of roles, read once more: what each kind of question takes. */
  private static Seen reference(Question q) {
    if (holds(q, q.action().name(), q.own())) {
      return Seen.ALLOWED;
    }
    String kind = q.action().name().replaceAll("_.*", "");
    String looking =
        switch (kind) {
          case "SECRET" -> "SECRET_LIST";
          case "ROTATION" -> q.action() == Action.ROTATION_START ? "SECRET_LIST" : "ROTATION_READ";
          case "LEASE" -> q.action() == Action.LEASE_GRANT ? "SECRET_LIST" : "LEASE_READ";
          case "TENANT" -> "TENANT_OPERATE";
          case "RESOLVE" -> "ENVIRONMENT_READ";
          case "SUBSCRIPTION" -> "SUBSCRIPTION_USE";
          default -> kind + "_READ";
        };
    return holds(q, looking, false) ? Seen.REFUSED : Seen.NOTHING;
  }

  private static boolean holds(Question q, String action, boolean own) {
    return q.bindings().stream()
        .anyMatch(
            binding ->
                reaches(binding, q.project(), action) && may(binding.role().name(), action, own));
  }

  private static boolean reaches(Binding binding, Optional<UUID> project, String action) {
    if (action.matches("SECRET_SHARE|COMMUNITY_ADMIN|PROJECT_QUOTA")
        && binding.project().isPresent()) {
      return false; // reaches into other projects
    }
    boolean ofAll =
        action.matches(
            "SECRET_LIST|SECRET_READ_METADATA|ENVIRONMENT_READ|RESOLVE|ROTATION_READ|EVENT_READ"
                + "|SUBSCRIPTION_USE|DOMAIN_READ");
    return World.above(project).contains(binding.project()) || (project.isEmpty() && ofAll);
  }

  private static boolean may(String role, String action, boolean own) {
    return switch (action) {
      case "SECRET_LIST",
          "SECRET_READ_METADATA",
          "ENVIRONMENT_READ",
          "RESOLVE",
          "EVENT_READ",
          "PROJECT_READ",
          "COMMUNITY_READ",
          "DOMAIN_READ" ->
          !role.equals("OPERATOR");
      case "ENVIRONMENT_CHANGE",
          "SECRET_CREATE",
          "SECRET_CHANGE",
          "SECRET_DELETE",
          "SECRET_RESTORE" ->
          role.matches("DEVELOPER|EDITOR|ADMIN");
      case "SECRET_CLONE", "SECRET_ADOPT", "SECRET_REVEAL" ->
          role.matches("DEVELOPER|EDITOR|ADMIN");
      case "ROTATION_START" -> role.matches("DEVELOPER|EDITOR|ADMIN");
      case "ROTATION_READ" -> role.matches("VIEWER|DEVELOPER|EDITOR|ADMIN|RUNNER|AUDITOR");
      case "SECRET_DESTROY", "SECRET_REVEAL_STRICT", "ROTATION_FORCE" ->
          role.matches("EDITOR|ADMIN");
      case "ROTATION_STEP" -> false;
      case "SUBSCRIPTION_USE" -> own && !role.equals("OPERATOR");
      case "WEBHOOK_READ", "WEBHOOK_ADMIN" -> role.matches("EDITOR|ADMIN");
      case "LEASE_GRANT", "LEASE_RENEW" -> role.equals("RUNNER");
      case "RUN_OPEN" -> role.equals("RUNNER");
      case "RUN_BEAT" -> own && role.equals("RUNNER");
      case "LEASE_READ", "RUN_READ" ->
          !role.matches("OPERATOR|RUNNER") || (own && role.equals("RUNNER"));
      case "LEASE_REVOKE", "RUN_END" ->
          role.matches("EDITOR|ADMIN") || (own && role.equals("RUNNER"));
      case "PROJECT_ADMIN",
          "PROJECT_QUOTA",
          "DOMAIN_ADMIN",
          "COMMUNITY_ADMIN",
          "IDENTITY_ADMIN",
          "QUOTA_READ" ->
          role.equals("ADMIN");
      case "SECRET_SHARE", "SECRET_FORCE_DELETE", "SECRET_PURGE" -> role.equals("ADMIN");
      case "ACCOUNT_READ" -> !role.equals("RUNNER");
      case "ACCOUNT_ADMIN", "ROLE_ADMIN", "OPERATION_READ" -> role.matches("ADMIN|OPERATOR");
      case "ROLE_READ", "AUDIT_READ", "IDENTITY_READ" -> role.matches("ADMIN|AUDITOR|OPERATOR");
      case "TENANT_OPERATE" -> role.equals("OPERATOR");
      default -> throw new AssertionError("say what the new action takes: " + action);
    };
  }
}
