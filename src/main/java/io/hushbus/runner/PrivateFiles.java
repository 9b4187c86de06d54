package io.hushbus.runner;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Files with values, in a directory that this user alone may enter, and links to them from where a
 * task looks for them.
 *
 * <p>Of each directory of files all change at once: they lie behind a link {@code ..data}, as in
 * volumes of Kubernetes, and a change is a rename of that link, which watchers of the directory see
 * and no reader can fall into. Where the directory that a task looks into is not there, it becomes
 * a link to such a directory; where it is, each file becomes a link in it. What is there already
 * and not ours is never touched. For one thread.
 */
final class PrivateFiles implements AutoCloseable {

  static final String DATA = "..data";

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ENTERS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_READS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------"));

  private final Den den;
  private final Map<Path, Group> groups = new LinkedHashMap<>();

  /** The files of one directory: where they really lie, and which of them is the current state. */
  private static final class Group {
    private final Path home;

    /** All that there ever were: what was linked stays so. */
    private final Set<String> names = new TreeSet<>();

    private int state;

    Group(Path home) {
      this.home = home;
    }
  }

  PrivateFiles(Den den) {
    this.den = den;
  }

  /**
   * Makes these the files that are there: new ones appear, others change, and those that are not
   * named any more vanish.
   *
   * @param files by the absolute paths at which they are looked for
   * @throws CannotPlace saying why one cannot be where it should
   */
  void place(Map<Path, SecretValue> files) throws IOException {
    Map<Path, Map<String, SecretValue>> wanted = new TreeMap<>();
    groups.keySet().forEach(directory -> wanted.put(directory, new TreeMap<>()));
    files.forEach(
        (path, value) ->
            wanted
                .computeIfAbsent(path.getParent(), directory -> new TreeMap<>())
                .put(path.getFileName().toString(), value));
    for (Map.Entry<Path, Map<String, SecretValue>> one : wanted.entrySet()) {
      place(one.getKey(), one.getValue());
    }
  }

  private void place(Path directory, Map<String, SecretValue> files) throws IOException {
    Group group = groups.get(directory);
    if (group == null) {
      boolean within = directory.startsWith(den.directory());
      group = new Group(within ? directory : den.directory().resolve("" + (groups.size() + 1)));
      Files.createDirectory(group.home, OWNER_ENTERS);
      groups.put(directory, group);
      replace(group, files);
      if (!within) {
        den.link(directory, group.home, group.names);
      }
      return;
    }
    Set<String> added = new TreeSet<>(files.keySet());
    added.removeAll(group.names);
    replace(group, files);
    if (!added.isEmpty() && !Files.isSymbolicLink(directory)) {
      den.link(directory, group.home, added);
    }
  }

  private void replace(Group group, Map<String, SecretValue> files) throws IOException {
    Path before = group.home.resolve(".." + group.state);
    Path next = group.home.resolve(".." + (group.state + 1));
    Files.createDirectory(next, OWNER_ENTERS);
    try {
      for (Map.Entry<String, SecretValue> file : files.entrySet()) {
        write(next.resolve(file.getKey()), file.getValue());
      }
      Path draft = group.home.resolve("..data_next");
      Files.deleteIfExists(draft);
      Files.createSymbolicLink(draft, next.getFileName());
      Files.move(draft, group.home.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException full) {
      Den.delete(next); // half of a state helps nobody, and is in the way of the next one
      throw full;
    }
    group.state++;
    for (String name : files.keySet()) {
      if (!Files.isSymbolicLink(group.home.resolve(name))) {
        Files.createSymbolicLink(group.home.resolve(name), Path.of(DATA, name));
      }
    }
    group.names.addAll(files.keySet());
    for (String name : group.names) {
      if (!files.containsKey(name)) {
        Files.deleteIfExists(group.home.resolve(name));
      }
    }
    Den.delete(before);
  }

  private static void write(Path file, SecretValue value) throws IOException {
    Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (SeekableByteChannel channel = Files.newByteChannel(file, fresh, OWNER_READS)) {
      value.reveal(
          bytes -> {
            try {
              ByteBuffer rest = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
              while (rest.hasRemaining()) {
                channel.write(rest);
              }
              return rest;
            } catch (IOException full) {
              throw new UncheckedIOException(full);
            }
          });
    } catch (UncheckedIOException full) {
      throw new CannotPlace(
          "a file of "
              + value.size()
              + " bytes cannot be written in "
              + file.getParent()
              + ": "
              + (full.getCause() instanceof NoSuchFileException ? "it is gone" : "is there room?"));
    }
  }

  /** Nothing is left of them. */
  @Override
  public void close() {
    den.close();
  }
}
