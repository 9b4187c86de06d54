package io.hushbus.proof;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.security.Security;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Requirements that are shown by what the program does not call. */
final class StaticRulesTest {

  private static final JavaClasses PROGRAM =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  /** Each rule is broken here once, to be seen red. */
  private static final JavaClasses CARELESS = new ClassFileImporter().importClasses(Careless.class);

  /** Macs.equal and SecretValue.matches take the same time wherever two tags differ. */
  @Test
  void rc21_secret_bytes_are_compared_in_constant_time() {
    // Hashes of the chain, marks and labels of formats, checksums and the identity of records are
    // no secrets.
    String open =
        "io\\.hushbus\\.(audit\\..*|crypto\\.(RowMac|RootKey|RootKeyText|CanonicalReader|ApiKey)(\\$.*)?)";
    holds(
        noClasses()
            .that(
                DescribedPredicate.describe(
                    "hold secrets", (JavaClass type) -> !type.getName().matches(open)))
            .should()
            .accessTargetWhere(call("java.util.Arrays", "equals|mismatch|compare")));
  }

  @Test
  void rs18_no_provider_is_put_before_those_of_the_jdk() {
    holds(
        noClasses()
            .should()
            .accessTargetWhere(call("java.security.Security", "addProvider|insertProviderAt")));
  }

  /** The one way out, where there is one, is guarded; the command line speaks to its broker. */
  @Test
  void rc11_rs3_rs4_rs11_nothing_goes_out_but_through_one_door() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.hushbus.outbound..", "io.hushbus.cli..", "io.hushbus.client..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "io\\.vertx\\.core\\.http\\.HttpClient.*|io\\.vertx\\.ext\\.web\\.client\\..*"
                + "|java\\.net\\.http\\..*|java\\.net\\.Socket")
        .check(PROGRAM);
  }

  @Test
  void rs10_rc48_no_other_origins_no_scripts_no_objects_from_bytes() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            ".*\\.CorsHandler|java\\.io\\.ObjectInputStream|javax\\.script\\..*"
                + "|io\\.vertx\\.ext\\.web\\.templ\\..*")
        .check(PROGRAM);
  }

  private static DescribedPredicate<JavaAccess<?>> call(String owner, String names) {
    return DescribedPredicate.describe(
        owner + " " + names,
        access ->
            access.getTargetOwner().getName().equals(owner) && access.getName().matches(names));
  }

  private static void holds(ArchRule rule) {
    rule.check(PROGRAM);
    assertThat(rule.evaluate(CARELESS).hasViolation()).as("it can be seen red").isTrue();
  }

  /** Breaks the rules. */
  static final class Careless {
    static boolean matches(byte[] one, byte[] other) {
      Security.addProvider(Security.getProvider("SUN"));
      return Arrays.equals(one, other);
    }
  }
}
