package io.hushbus.cli;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Files that only their owner may see: how they are written, and whether they still are so. */
final class PrivateFile {

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<PosixFilePermission> OTHERS_READ =
      PosixFilePermissions.fromString("---rwxrwx");
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      PosixFilePermissions.fromString("----w--w-");

  private PrivateFile() {}

  /** Why what lies there is not ours alone; empty if it is. Symbolic links are never ours. */
  static Optional<String> readableByOthers(Path file) {
    return fault(file, OTHERS_READ, "others can read it: chmod 600 " + file);
  }

  /** Why others could have written what lies there; empty if they could not. */
  static Optional<String> writableByOthers(Path file) {
    return fault(file, OTHERS_WRITE, "others can write it: chmod go-w " + file);
  }

  private static Optional<String> fault(
      Path file, Set<PosixFilePermission> forbidden, String reason) {
    try {
      PosixFileAttributes found =
          Files.readAttributes(file, PosixFileAttributes.class, NOFOLLOW_LINKS);
      if (found.isSymbolicLink()) {
        return Optional.of("it is a symbolic link");
      }
      if (!ours(file)) {
        return Optional.of("it belongs to somebody else");
      }
      return found.permissions().stream().anyMatch(forbidden::contains)
          ? Optional.of(reason)
          : Optional.empty();
    } catch (UnsupportedOperationException noPosix) {
      return Optional.empty();
    } catch (IOException unreadable) {
      return Optional.of("it cannot be read");
    }
  }

  private static boolean ours(Path file) throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self)
        ? Files.getAttribute(file, "unix:uid", NOFOLLOW_LINKS)
            .equals(Files.getAttribute(self, "unix:uid"))
        : Files.getOwner(file, NOFOLLOW_LINKS).getName().equals(System.getProperty("user.name"));
  }

  /** Writes a file whole or not at all, in a directory that only its owner may enter. */
  static void write(Path file, byte[] content) {
    Path directory = Optional.ofNullable(file.getParent()).orElseThrow();
    try {
      Files.createDirectories(directory, OWNER_DIRECTORY);
      Path draft = Files.createTempFile(directory, ".new", "", OWNER_FILE);
      try {
        Files.write(draft, content);
        Files.move(
            draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(draft); // half a token, where there was no room for the rest
      }
    } catch (IOException failed) {
      throw new CommandFailure(
          Exit.GENERAL, file + " cannot be written: check that the directory is yours");
    }
  }
}
