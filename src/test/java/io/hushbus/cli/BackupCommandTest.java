package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How PostgreSQL's own programs are called. A stand-in takes their place: what they do is theirs,
 * and a version that fits every server is not on every machine.
 */
final class BackupCommandTest {

  private static final String PASSWORD = "owner/s3cret";

  @TempDir private Path directory;
  private Surrounded user = Surrounded.by(Map.of(), Path.of("."));

  @BeforeEach
  void configured() throws IOException {
    kept("owner", PASSWORD);
    kept("user", "user/s3cret");
    user =
        Surrounded.by(
            Map.of(
                "HUSHBUS_DATABASE_HOST", "db.example",
                "HUSHBUS_DATABASE_NAME", "secrets",
                "HUSHBUS_DATABASE_PASSWORD_FILE", directory.resolve("user").toString(),
                "HUSHBUS_DATABASE_TLS_MODE", "verify_full",
                "HUSHBUS_DATABASE_OWNER_USER", "boss",
                "HUSHBUS_DATABASE_OWNER_PASSWORD_FILE", directory.resolve("owner").toString(),
                "HUSHBUS_ROOT_KEY_PATH", directory.resolve("root.key").toString()),
            directory);
  }

  private void kept(String name, String password) throws IOException {
    Files.writeString(in(name), password + "\n");
    Files.setPosixFilePermissions(in(name), PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void a_backup_is_its_owners_alone_and_the_password_is_no_argument() throws IOException {
    String tool = tool("pg_dump", "echo \"$PGPASSWORD $PGSSLMODE\" > seen; echo $* >> seen");
    int code = user.run("backup", "--file", "all.dump", "--program", tool);
    assertThat(code).as(user.err()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(in("all.dump"))))
        .isEqualTo("rw-------");
    assertThat(Files.readAllLines(in("seen")))
        .containsExactly(
            PASSWORD + " verify-full",
            "--no-password --host db.example --port 5432 --username boss --dbname secrets"
                + " --format custom --file "
                + in("all.dump.part"));
    assertThat(user.out() + user.err()).doesNotContain(PASSWORD);
  }

  @Test
  void half_a_backup_is_none() throws IOException {
    String tool = tool("pg_dump", "exit 3");
    assertThat(user.run("backup", "--file", "all.dump", "--program", tool)).isEqualTo(Exit.GENERAL);
    assertThat(in("all.dump")).doesNotExist();
    assertThat(in("all.dump.part")).doesNotExist();
    assertThat(user.run("backup", "--file", "all.dump", "--program", "/no/such"))
        .isEqualTo(Exit.USAGE);
    assertThat(user.err()).contains("install the client programs of PostgreSQL");
  }

  @Test
  void a_restore_is_whole_or_not_at_all_and_says_what_comes_next() throws IOException {
    String tool = tool("pg_restore", "echo $* > seen");
    Files.writeString(in("all.dump"), "x");
    assertThat(user.run("restore", "--file", "all.dump", "--program", tool)).isEqualTo(Exit.USAGE);
    assertThat(user.err()).contains("--yes");
    assertThat(user.run("restore", "--file", "all.dump", "--program", tool, "--yes")).isZero();
    assertThat(Files.readString(in("seen")))
        .contains("--single-transaction --exit-on-error " + in("all.dump"));
    assertThat(user.err()).contains("tenant confirm-restore");
  }

  private Path in(String name) {
    return directory.resolve(name);
  }

  private String tool(String name, String script) throws IOException {
    Path tool = in(name);
    Files.writeString(tool, "#!/bin/sh\ncd " + directory + "\n" + script + "\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    return tool.toString();
  }
}
