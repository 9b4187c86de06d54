package io.hushbus.runner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of this process alone, in a file system in memory where there is one, and a note in
 * it of all that was made elsewhere for its sake, so that whoever finds it without its owner can
 * take everything away: the guardian, or the next start.
 *
 * <p>That the owner lives is told by a lock on a file in it, which the kernel lets go when a
 * process ends, however it ends, and which holds between containers that share the file system as
 * well.
 */
final class Den implements AutoCloseable {

  private static final String PREFIX = "hushbus-run-";
  private static final String MAKING = ".hushbus-run-making-";
  private static final String LOCK = "owner.lock";
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  /**
   * The notes: links that lead here, and directories that were made for them, the deepest first.
   */
  static final String LINKS = "links";

  static final String DIRECTORIES = "directories";

  /**
   * Those of this process: a lock is the process's, so that it would find none of its own locked.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel lock;
  private final boolean inMemory;
  private final List<Path> links = new ArrayList<>();
  private final List<Path> made = new ArrayList<>();

  private Den(Path directory, FileChannel lock, boolean inMemory) {
    this.directory = directory;
    this.lock = lock;
    this.inMemory = inMemory;
  }

  /**
   * A new one, after what dead processes of this user have left was taken away.
   *
   * @param environment says where: {@code XDG_RUNTIME_DIR}, else {@code /dev/shm}, each if it is in
   *     memory, else {@code TMPDIR} or {@code /tmp}
   */
  static Den dig(Map<String, String> environment) throws IOException {
    return in(bases(environment));
  }

  /**
   * A new one in the first of these places.
   *
   * @param bases in all of which what was left is taken away
   */
  static Den in(List<Path> bases) throws IOException {
    Path base = bases.getFirst();
    Path making =
        Files.createTempDirectory(base, MAKING, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    UserPrincipal owner = Files.getOwner(making);
    for (Path one : bases) {
      sweep(one, owner);
    }
    FileChannel lock =
        FileChannel.open(
            making.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.lock();
    // It gets the name by which others look for it once it is locked.
    Path directory =
        base.resolve(PREFIX + making.getFileName().toString().substring(MAKING.length()));
    OWN.add(directory);
    Files.move(making, directory);
    return new Den(directory, lock, memory(base));
  }

  static List<Path> bases(Map<String, String> environment) {
    Path last = Path.of(environment.getOrDefault("TMPDIR", "/tmp"));
    return Stream.concat(
            Stream.of(environment.getOrDefault("XDG_RUNTIME_DIR", ""), "/dev/shm")
                .filter(path -> path.startsWith("/"))
                .map(Path::of)
                .filter(path -> Files.isDirectory(path) && Files.isWritable(path) && memory(path)),
            Stream.of(last))
        .toList();
  }

  private static boolean memory(Path path) {
    try {
      return Set.of("tmpfs", "ramfs").contains(Files.getFileStore(path).type());
    } catch (IOException unknown) {
      return false;
    }
  }

  Path directory() {
    return directory;
  }

  /** Whether what is in it never reaches a disk, but for swap. */
  boolean inMemory() {
    return inMemory;
  }

  /**
   * Has a directory, or each of these files in it, lead to a directory in here.
   *
   * @throws CannotPlace if something is there that is not ours
   */
  void link(Path wanted, Path home, Set<String> names) throws IOException {
    if (leadsToDen(wanted) && !abandoned(wanted)) {
      throw new CannotPlace(wanted + " is in use by another run: take another path");
    }
    if (Files.isDirectory(wanted)) {
      for (String name : names.stream().sorted().toList()) {
        link(wanted.resolve(name), home.resolve(name));
      }
      return;
    }
    makeParents(wanted);
    link(wanted, home);
  }

  private void makeParents(Path path) throws IOException {
    List<Path> missing = new ArrayList<>();
    for (Path at = path.getParent(); at != null && !Files.exists(at); at = at.getParent()) {
      missing.addFirst(at);
    }
    for (Path one : missing) {
      made.addFirst(one);
      note(DIRECTORIES, made);
      try {
        Files.createDirectory(one);
      } catch (IOException refused) {
        throw refused(one, refused);
      }
    }
  }

  private void link(Path at, Path to) throws IOException {
    if (abandoned(at)) {
      Files.deleteIfExists(at);
    }
    links.add(at);
    note(LINKS, links);
    try {
      Files.createSymbolicLink(at, to);
    } catch (FileAlreadyExistsException taken) {
      throw new CannotPlace(
          at + " is there already and is not replaced: take another path, or remove it");
    } catch (IOException refused) {
      throw refused(at, refused);
    }
  }

  private static CannotPlace refused(Path path, IOException why) {
    return new CannotPlace(
        "%s cannot be made (%s): take a path in a directory that this user may write to"
            .formatted(path, why.getClass().getSimpleName().replaceAll("Exception$", "")));
  }

  /** Whether it is the link of one that is gone. */
  private static boolean abandoned(Path path) throws IOException {
    return leadsToDen(path) && !Files.exists(path);
  }

  private static boolean leadsToDen(Path path) throws IOException {
    return Files.isSymbolicLink(path)
        && Files.readSymbolicLink(path).toString().contains("/" + PREFIX);
  }

  /** Whole, or not at all: whoever tidies up reads it. */
  private void note(String name, List<Path> paths) throws IOException {
    List<String> lines = paths.stream().map(Path::toString).toList();
    if (lines.stream().anyMatch(line -> line.contains("\n"))) {
      throw new CannotPlace("a path with a line end in it cannot be used for a file");
    }
    Path draft = directory.resolve(name + ".new");
    Files.write(draft, lines);
    Files.move(draft, directory.resolve(name), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes everything away. */
  @Override
  public void close() {
    try {
      dismantle(directory);
    } catch (IOException busy) {
      // what is left, the next start takes away
    } finally {
      OWN.remove(directory);
      closed(lock);
    }
  }

  /** Leaves it as a process does that is killed: for tests. */
  void abandon() {
    OWN.remove(directory);
    closed(lock);
  }

  private static void closed(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException gone) {
      // with its lock
    }
  }

  /**
   * Takes away what dead processes of this user have left. What others put there, under whatever
   * name, is not looked into: its notes could have us remove what is none of theirs.
   */
  private static void sweep(Path base, UserPrincipal owner) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(base, PREFIX + "*")) {
      for (Path one : left) {
        sweepOne(one, owner);
      }
    } catch (IOException unreadable) {
      // then it is no place for ours either
    }
  }

  private static void sweepOne(Path left, UserPrincipal owner) {
    try {
      if (!OWN.contains(left) && isOf(owner, left)) {
        sweepAbandoned(left);
      }
    } catch (IOException | OverlappingFileLockException inUse) {
      // it lives, or another one is at it
    }
  }

  private static void sweepAbandoned(Path left) throws IOException {
    try (FileChannel lock = FileChannel.open(left.resolve(LOCK), StandardOpenOption.WRITE)) {
      if (lock.tryLock() != null) {
        dismantle(left);
      }
    }
  }

  private static boolean isOf(UserPrincipal owner, Path left) throws IOException {
    PosixFileAttributes about =
        Files.readAttributes(left, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return about.isDirectory()
        && about.owner().equals(owner)
        && about.permissions().equals(OWNER_ALONE);
  }

  private static void dismantle(Path directory) throws IOException {
    for (Path link : noted(directory, LINKS)) {
      if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).startsWith(directory)) {
        Files.deleteIfExists(link);
      }
    }
    for (Path made : noted(directory, DIRECTORIES)) {
      try {
        Files.deleteIfExists(made);
      } catch (IOException used) {
        // somebody else has something in it
      }
    }
    delete(directory);
  }

  private static List<Path> noted(Path directory, String name) throws IOException {
    Path note = directory.resolve(name);
    return Files.exists(note)
        ? Files.readAllLines(note).stream().map(Path::of).toList()
        : Collections.emptyList();
  }

  /** A directory with all that is in it; nothing happens where there is none. */
  static void delete(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, @Nullable IOException failed)
              throws IOException {
            Files.deleteIfExists(done);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
