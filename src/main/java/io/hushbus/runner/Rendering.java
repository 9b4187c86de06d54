package io.hushbus.runner;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** What a template became: for its owner's eyes alone. */
public final class Rendering {

  private Rendering() {}

  /** Writes it whole or not at all, readable and writable by its owner alone. */
  public static void write(SecretValue text, Path file) throws IOException {
    Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
    Path draft = target.resolveSibling("." + target.getFileName() + ".hushbus-new");
    Files.deleteIfExists(draft);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      write(text, (Writing) bytes -> whole(channel, bytes));
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Writes it to a stream. */
  public static void write(SecretValue text, OutputStream out) throws IOException {
    write(text, (Writing) out::write);
    out.flush();
  }

  /** Takes all bytes of a value. */
  private interface Writing {
    void all(byte[] bytes) throws IOException;
  }

  private static void write(SecretValue text, Writing to) throws IOException {
    try {
      text.reveal(
          bytes -> {
            try {
              to.all(bytes);
              return true;
            } catch (IOException full) {
              throw new UncheckedIOException(full);
            }
          });
    } catch (UncheckedIOException full) {
      throw new IOException(full.getCause());
    }
  }

  private static void whole(SeekableByteChannel channel, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }
}
