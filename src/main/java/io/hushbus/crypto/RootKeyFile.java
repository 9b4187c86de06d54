package io.hushbus.crypto;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Reads and creates the file of a root key. Refuses a link, a file of another user, and one that
 * group or others can touch: whoever can read it can read every secret.
 */
final class RootKeyFile {

  // More than any accepted form, so that a longer file is seen as such without reading it.
  private static final int LONGEST = 128;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private RootKeyFile() {}

  static SecretValue read(Path path) {
    try {
      check(path);
      byte[] content = content(path);
      try {
        return parsed(path, content);
      } finally {
        Arrays.fill(content, (byte) 0);
      }
    } catch (NoSuchFileException e) {
      throw new RootKeyRefused(
          "there is no root key file at "
              + path
              + "; put it back, or for a new installation run: hushbus init --generate-root-key",
          e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new RootKeyRefused("the root key file %s cannot be read".formatted(path), e);
    }
  }

  static void create(Path path, byte[] key) {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel = FileChannel.open(path, options, mode)) {
      ByteBuffer rest = ByteBuffer.wrap(key);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    } catch (FileAlreadyExistsException e) {
      throw new RootKeyRefused(
          "%s exists; a root key is never overwritten, move the file away first".formatted(path),
          e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new RootKeyRefused("the root key file %s cannot be written".formatted(path), e);
    }
  }

  private static void check(Path path) throws IOException {
    var file = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (file.isSymbolicLink()) {
      throw new RootKeyRefused(
          "the root key file %s is a symbolic link; name the file itself".formatted(path));
    }
    if (!file.isRegularFile()) {
      throw new RootKeyRefused("the root key file %s is not a regular file".formatted(path));
    }
    if (!file.owner().equals(self())) {
      throw new RootKeyRefused(
          ("the root key file %s does not belong to the user of this process;"
                  + " type: chown \"$(id -u)\" %s")
              .formatted(path, path));
    }
    if (!OWNER_ONLY.containsAll(file.permissions())) {
      throw new RootKeyRefused(
          "the root key file %s is open to group or others; type: chmod 600 %s"
              .formatted(path, path));
    }
  }

  // By number where the system shows it: a container's user often has no name.
  private static UserPrincipal self() throws IOException {
    Path process = Path.of("/proc/self");
    return Files.exists(process)
        ? Files.getOwner(process)
        : Path.of("/")
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
  }

  private static byte[] content(Path path) throws IOException {
    Set<? extends OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    ByteBuffer buffer = ByteBuffer.allocate(LONGEST + 1);
    try (var channel = Files.newByteChannel(path, options)) {
      int read = 0;
      while (buffer.hasRemaining() && read >= 0) {
        read = channel.read(buffer);
      }
    }
    byte[] content = Arrays.copyOf(buffer.array(), buffer.position());
    Arrays.fill(buffer.array(), (byte) 0);
    return content;
  }

  private static SecretValue parsed(Path path, byte[] content) {
    if (content.length == RootKey.SIZE && RootKeyText.varies(content) && !printable(content)) {
      return SecretValue.copyOf(content);
    }
    return RootKeyText.parse(content)
        .orElseThrow(
            () ->
                new RootKeyRefused(
                    ("the root key file %s holds neither 32 random bytes nor 32 bytes in hex or"
                            + " base64; make one with: head -c 32 /dev/urandom")
                        .formatted(path)));
  }

  // 32 characters that somebody typed are not 32 random bytes, which are all printable once in
  // 10^13.
  private static boolean printable(byte[] content) {
    for (byte b : content) {
      if (b < ' ' || b > '~') {
        return false;
      }
    }
    return true;
  }
}
