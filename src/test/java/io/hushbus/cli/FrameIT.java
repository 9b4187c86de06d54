package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Tenancy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all commands have in common, shown by those for projects, on a real broker. */
final class FrameIT {

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  private Surrounded as(String token) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HUSHBUS_ADDR", node.address());
    environment.put("HUSHBUS_TOKEN", token);
    return Surrounded.by(environment, directory);
  }

  @Test
  void data_goes_to_standard_output_and_notes_to_standard_error() {
    Surrounded admin = as(acme.admin());
    assertThat(admin.run("project", "create", "vision", "--description", "pictures")).isZero();
    assertThat(admin.out()).contains("name         vision").doesNotContain("created project");
    assertThat(admin.err()).isEqualTo("created project vision\n");
    assertThat(admin.run("project", "get", "vision", "-q", "-o", "json")).isZero();
    assertThat(admin.out()).startsWith("{\n  \"id\": ").contains("\"description\": \"pictures\"");
    assertThat(admin.err()).isEmpty();
  }

  @Test
  void lists_are_followed_to_their_end_or_to_the_limit() {
    Surrounded admin = as(acme.admin());
    for (int at = 0; at < 3; at++) {
      assertThat(admin.run("project", "create", "many-" + at, "-q")).isZero();
    }
    assertThat(admin.run("project", "list", "-o", "json")).isZero();
    assertThat(admin.out()).contains("\"many-0\"", "\"many-2\"").doesNotContain("next_page_token");
    assertThat(admin.run("project", "ls", "--limit", "2")).isZero();
    assertThat(admin.out()).hasLineCount(3).startsWith("NAME ");
    assertThat(admin.err()).contains("--limit");
  }

  @Test
  void a_refusal_is_one_message_with_the_next_step_and_the_request() {
    Surrounded admin = as(acme.admin());
    assertThat(admin.run("project", "get", "nowhere")).isEqualTo(Exit.NOT_FOUND);
    assertThat(admin.err()).startsWith("hushbus: ").contains("whoami").contains("[request ");
    assertThat(admin.run("project", "create", "demo")).isEqualTo(Exit.CONFLICT);
    assertThat(admin.err()).contains("choose another name");
    assertThat(admin.run("project", "create", "no good")).isEqualTo(Exit.USAGE);
    assertThat(admin.err()).contains("\n  /name: ").doesNotContain("no good");
    assertThat(as(acme.viewer()).run("project", "create", "mine"))
        .isIn(Exit.DENIED, Exit.NOT_FOUND);
    assertThat(as("hsb_nobody").run("whoami")).isEqualTo(Exit.DENIED);
    assertThat(admin.run("whoami", "--addr", "http://127.0.0.1:1")).isEqualTo(Exit.UNREACHABLE);
    assertThat(admin.run("project", "list", "-o", "xml")).isEqualTo(Exit.USAGE);
    assertThat(admin.run("project", "list", "-o", "env")).isEqualTo(Exit.USAGE);
  }

  @Test
  void whoami_tells_tenant_and_roles() {
    Surrounded app = as(acme.app());
    assertThat(app.run("whoami")).isZero();
    assertThat(app.out()).contains("tenant  acme", "roles   role=developer");
  }
}
