package io.hushbus.cli;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;

/** The files that an operator writes before the first start. */
record ServerFiles(Path directory) {

  /** A key file of 32 bytes, its owner's alone. */
  String key(String name, int each) throws IOException {
    byte[] bytes = new byte[32];
    new Random(each).nextBytes(bytes);
    Path file = directory.resolve(name);
    Files.write(file, bytes);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return name;
  }

  /** A configuration on free ports; its path. */
  String config(DatabaseConfig at, String key) throws IOException {
    Path file = directory.resolve("hushbus.yaml");
    Files.writeString(
        file,
        """
        server: {port: 0}
        management: {port: 0}
        database:
          host: %s
          port: %d
          name: %s
          user: %s
          password: %s
          system_role: %s
          tls_mode: disable
        root_key: {path: %s}
        """
            .formatted(
                at.host(),
                at.port(),
                at.name(),
                at.user(),
                TestDatabase.APP_PASSWORD,
                at.systemRole(),
                directory.resolve(key)));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toString();
  }
}
