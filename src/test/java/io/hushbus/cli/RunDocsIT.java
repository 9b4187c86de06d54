package io.hushbus.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what {@code docs/run.md} shows, in one shell, and finds the output that it shows. */
final class RunDocsIT {

  private static final Path PAGE =
      Path.of(System.getProperty("hushbus.home", "."), "docs", "run.md");
  private static final Pattern BLOCK =
      Pattern.compile("^```(sh|output)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @TempDir private Path directory;

  @Test
  void every_block_of_the_page_does_what_it_says() throws Exception {
    String told;
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode node = brokers.start();
      Tenancy tenant = brokers.tenant(node.client(brokers.operator()), "acme");
      String both = Tenancy.account(node.client(tenant.admin()), "both", role("developer"));
      String id = account(node, tenant, "both");
      node.client(tenant.admin())
          .post("/role-bindings", role("runner").put("service_account", id))
          .expect(201);
      told = story(node.address(), both);
    }
    int from = 0;
    for (String output : blocks("output")) {
      int at = told.indexOf(output, from);
      assertThat(at).as("%s%nin what follows of%n%s", output, told).isNotNegative();
      from = at + output.length();
    }
  }

  private static String account(BrokerNode node, Tenancy tenant, String name) {
    return node
        .client(tenant.admin())
        .get("/service-accounts")
        .expect(200)
        .json()
        .getJsonArray("service_accounts")
        .stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("name").equals(name))
        .map(one -> one.getString("id"))
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject role(String name) {
    return new JsonObject().put("role", name);
  }

  private String story(String address, String token) throws Exception {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    program(bin.resolve("hushbus"));
    Path work = Files.createDirectory(directory.resolve("work"));
    Path script = directory.resolve("story.sh");
    Files.writeString(script, "set -eu\n" + String.join("\n", blocks("sh")));
    Path told = directory.resolve("told");
    ProcessBuilder builder =
        new ProcessBuilder("bash", script.toString())
            .directory(work.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(told.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "HUSHBUS_ADDR",
                address,
                "HUSHBUS_TOKEN",
                token,
                "HOME",
                work.toString(),
                "PATH",
                bin + ":" + System.getenv("PATH")));
    Process shell = builder.start();
    boolean ended = shell.waitFor(120, SECONDS);
    shell.descendants().forEach(ProcessHandle::destroy);
    shell.destroyForcibly();
    String text = Files.readString(told);
    assertThat(ended).as("the story ended:%n%s", text).isTrue();
    assertThat(shell.exitValue()).as("the story:%n%s", text).isZero();
    return text;
  }

  /** The command line as it is compiled here. */
  private static void program(Path file) throws IOException {
    String classes =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(one -> Path.of(one).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    String java = ProcessHandle.current().info().command().orElseThrow();
    Files.writeString(
        file,
        "#!/bin/sh\nexec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m --enable-native-access=ALL-UNNAMED -cp '%s' io.hushbus.cli.Main \"$@\"\n"
            .formatted(java, classes));
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static List<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(PAGE))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map((MatchResult block) -> block.group(2))
        .toList();
  }
}
