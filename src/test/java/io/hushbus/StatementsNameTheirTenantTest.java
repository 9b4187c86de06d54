package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The first fence between tenants: every SQL text of the program that touches rows of tenants names
 * {@code tenant_id}. Row-level security is the second.
 */
final class StatementsNameTheirTenantTest {

  private static final Pattern STATEMENT =
      Pattern.compile("^\\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\\b.*", Pattern.DOTALL);

  private static final Pattern TABLE_OF_TENANTS =
      Pattern.compile(
          "\\b(FROM|JOIN|INTO|UPDATE)\\s+(tenant|tenant_key|domain|project|service_account"
              + "|service_account_key|role_binding|identity_provider|external_subject|stream_ticket|secret|secret_version|version_mark|lease|run|run_member|lease_version|lease_ack|lease_revocation"
              + "|idempotency|tenant_stream|event|audit_tail|audit_record|audit_chain"
              + "|audit_checkpoint|restore_confirmation|community|secret_share|adoption|operation|tenant_quota|tenant_usage|lease_share|tenant_inventory|inventory_check|subscription|webhook|webhook_delivery|rotation|rotation_policy|rotation_hook)\\b",
          Pattern.CASE_INSENSITIVE);

  /** What must be read before the tenant is known, or is about tenants as such. */
  private static final Set<String> CROSS_TENANTS = Set.of("AccountStore.KEY_BY_HASH");

  @Test
  void every_statement_names_its_tenant() throws IllegalAccessException {
    assertThat(nameless(statements())).isEmpty();
  }

  @Test
  void the_statements_are_found() throws IllegalAccessException {
    assertThat(statements())
        .extracting(Statement::name)
        .contains(
            "SecretStore.FIND",
            "GrantStatement.STATEMENTS",
            "Idempotency.CLAIM",
            "EventStore.APPEND");
  }

  @Test
  void a_statement_that_forgets_its_tenant_is_found() {
    var careless = new Statement("Careless.FIND", "SELECT name FROM secret WHERE secret_id = $1");
    assertThat(nameless(List.of(careless))).containsExactly("Careless.FIND");
  }

  private record Statement(String name, String text) {}

  private static List<String> nameless(List<Statement> statements) {
    return statements.stream()
        .filter(one -> TABLE_OF_TENANTS.matcher(one.text()).find())
        .filter(one -> !one.text().toLowerCase(Locale.ROOT).contains("tenant_id"))
        .map(Statement::name)
        .filter(name -> !CROSS_TENANTS.contains(name))
        .toList();
  }

  private static List<Statement> statements() throws IllegalAccessException {
    List<Statement> all = new ArrayList<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("io.hushbus")) {
      for (Field field : type.reflect().getDeclaredFields()) {
        texts(field).stream()
            .filter(text -> STATEMENT.matcher(text).matches())
            .map(text -> new Statement(type.getSimpleName() + "." + field.getName(), text))
            .forEach(all::add);
      }
    }
    return all;
  }

  /** A text, or those of a statement that has several shapes. */
  private static List<String> texts(Field field) throws IllegalAccessException {
    if (!Modifier.isStatic(field.getModifiers())) {
      return List.of();
    }
    field.setAccessible(true);
    return switch (field.get(null)) {
      case String text -> List.of(text);
      case Map<?, ?> several ->
          several.values().stream()
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .toList();
      case null, default -> List.of();
    };
  }
}
