package io.hushbus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's commands as they are printed there, against a broker started as it says. */
final class ReadmeIT {

  private static final Path HOME = Path.of(System.getProperty("hushbus.home", "."));
  private static final Pattern FENCED =
      Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @TempDir private Path clone;
  private @Nullable Process broker;

  @AfterEach
  void stop() throws InterruptedException {
    if (broker != null) {
      broker.destroy();
      if (!broker.waitFor(20, SECONDS)) {
        broker.destroyForcibly();
      }
    }
  }

  @Test
  void set_up_is_exactly_two_commands() throws IOException {
    assertThat(blocks("README.md", "")).containsExactly("./hushbus dev\n", "mvn verify\n");
  }

  @Test
  void ci_runs_the_test_command_of_the_readme() throws IOException {
    assertThat(Files.readString(HOME.resolve(".ci/run"))).contains("\nmvn -B -ntp verify\n");
  }

  @Test
  void files_it_points_to_exist() throws IOException {
    Matcher link = Pattern.compile("]\\(([^)#]+)\\)").matcher(readme());
    while (link.find()) {
      assertThat(HOME.resolve(link.group(1))).exists();
    }
  }

  @Test
  void the_stories_come_out_as_they_are_told() throws Exception {
    startBroker();

    String told = story("README.md");

    assertThat(told)
        .contains("connecting with ***, 10 characters")
        .contains("connecting with ***, 18 characters")
        .contains("1 of 1 moved")
        .containsPattern("(?m)^2 +current ")
        .containsPattern("(?m)^1 +retired ")
        .containsPattern("lease_grant +allowed +secret +db-password +1 ")
        .doesNotContain("first-9f2c")
        .doesNotContain("second-41d7");
    assertThat(clone.resolve("db")).as("made for the task, and gone with it").doesNotExist();
    byCurl(story("docs/http-interface.md"));
  }

  private static void byCurl(String told) {
    assertThat(told)
        .contains("\"password\":\"first-9f2c\"")
        .contains("io.hushbus.secret.version.announced.v1")
        .contains("\"phase\":\"draining\"")
        .contains("\"password\":\"second-41d7\"")
        .contains("io.hushbus.secret.version.retired.v1")
        .contains("\"phase\":\"completed\"")
        .contains("\"state\":\"retired\"");
    assertThat(told.indexOf("version.announced")).isLessThan(told.indexOf("draining"));
    assertThat(told.indexOf("second-41d7")).isLessThan(told.indexOf("version.retired"));
    assertThat(told.lines().filter(line -> line.startsWith("data:")))
        .as("a notice never holds a value")
        .noneMatch(line -> line.contains("second-41d7") || line.contains("first-9f2c"));
  }

  /** Runs all commands of a page as one shell does. */
  private String story(String page) throws IOException, InterruptedException {
    Path story = clone.resolve("story.sh");
    Files.writeString(story, "set -eu\n" + String.join("\n", blocks(page, "sh")));
    return runStory(story);
  }

  /** As a newcomer would, from the directory of the clone, but on a port that is free here. */
  private void startBroker() throws IOException {
    Files.createSymbolicLink(clone.resolve("hushbus"), HOME.toAbsolutePath().resolve("hushbus"));
    Path out = clone.resolve("broker.out");
    String address = "http://127.0.0.1:" + freePort();
    Process started =
        new ProcessBuilder("./hushbus", "dev", "--port", address.substring(17))
            .directory(clone.toFile())
            .redirectOutput(out.toFile())
            .redirectError(clone.resolve("broker.log").toFile())
            .start();
    broker = started;
    Awaitility.await("ready")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(100))
        .failFast(() -> assertThat(started.isAlive()).as("%s", log()).isTrue())
        .until(() -> Files.readString(out).contains("ready " + address));
  }

  private String runStory(Path story) throws IOException, InterruptedException {
    Path told = clone.resolve("story.out");
    Process bash =
        new ProcessBuilder("bash", story.toString())
            .directory(clone.toFile())
            .redirectErrorStream(true)
            .redirectOutput(told.toFile())
            .start();
    boolean ended = bash.waitFor(60, SECONDS);
    bash.descendants().forEach(ProcessHandle::destroy);
    bash.destroyForcibly();
    String text = Files.readString(told);
    assertThat(ended).as("the story ended:%n%s", text).isTrue();
    assertThat(bash.exitValue()).as("the story:%n%s%n%s", text, log()).isZero();
    return text;
  }

  private String log() throws IOException {
    return Files.readString(clone.resolve("broker.log"));
  }

  private static List<String> blocks(String page, String language) throws IOException {
    return FENCED
        .matcher(Files.readString(HOME.resolve(page)))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .collect(Collectors.toList());
  }

  private static String readme() throws IOException {
    return Files.readString(HOME.resolve("README.md"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
