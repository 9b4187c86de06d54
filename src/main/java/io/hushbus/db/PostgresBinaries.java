package io.hushbus.db;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs that travel on the class path as an archive, unpacked once per version
 * into a directory that only the user can write to.
 */
final class PostgresBinaries {

  private static final int OWNER_EXECUTE = 0100;

  private PostgresBinaries() {}

  /**
   * The directory that holds {@code bin}, {@code lib} and {@code share}, below {@code under}. An
   * interrupted unpacking leaves nothing that would be taken for a whole one.
   */
  static Path unpack(Path under) throws IOException {
    URL archive = archive();
    Path home = under.resolve("postgres-" + stamp(archive));
    if (Files.isDirectory(home)) {
      return home;
    }
    Path partial = under.resolve("postgres-unpacking");
    delete(partial);
    Files.createDirectories(partial);
    try (TarArchiveInputStream tar = open(archive)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        write(tar, entry, partial);
      }
    }
    return Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(PostgresBinaries::deleteOne);
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.delete(path);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private static URL archive() {
    String name = "/postgres-" + system() + "-" + architecture() + ".txz";
    URL found = PostgresBinaries.class.getResource(name);
    if (found == null) {
      throw new IllegalStateException(
          "no PostgreSQL for this platform on the class path ("
              + name
              + "): build with the Maven profile of the platform, or configure a database");
    }
    return found;
  }

  private static String system() {
    return System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
  }

  private static String architecture() {
    return System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64")
        ? "arm_64"
        : "x86_64";
  }

  /** Tells archives apart without reading them: the checksum the jar already holds. */
  private static String stamp(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    long mark =
        connection instanceof JarURLConnection jar
            ? jar.getJarEntry().getCrc()
            : connection.getContentLengthLong();
    return Long.toHexString(mark);
  }

  private static TarArchiveInputStream open(URL archive) throws IOException {
    InputStream packed = new BufferedInputStream(archive.openStream(), 1 << 16);
    return new TarArchiveInputStream(new BufferedInputStream(new XZInputStream(packed), 1 << 16));
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path into)
      throws IOException {
    Path target = into.resolve(entry.getName()).normalize();
    if (!target.startsWith(into)) {
      throw new IOException("the archive names a file outside of itself");
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, target);
    Files.setPosixFilePermissions(target, permissions(entry));
  }

  private static Set<PosixFilePermission> permissions(TarArchiveEntry entry) {
    boolean program = (entry.getMode() & OWNER_EXECUTE) != 0;
    return PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--");
  }
}
