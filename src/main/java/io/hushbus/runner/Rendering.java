package io.hushbus.runner;

import io.hushbus.model.SecretValue;
import java.io.IOException;
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
      write(text, channel::write);
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Writes it to a stream. */
  public static void write(SecretValue text, java.io.OutputStream out) throws IOException {
    write(
        text,
        buffer -> {
          out.write(buffer.array(), buffer.position(), buffer.remaining());
          int length = buffer.remaining();
          buffer.position(buffer.limit());
          return length;
        });
    out.flush();
  }

  private interface Channel {
    int write(ByteBuffer bytes) throws IOException;
  }

  private static void write(SecretValue text, Channel to) throws IOException {
    try {
      text.reveal(
          bytes -> {
            try {
              ByteBuffer rest = ByteBuffer.wrap(bytes);
              while (rest.hasRemaining()) {
                to.write(rest);
              }
              return rest;
            } catch (IOException full) {
              throw new UncheckedIOException(full);
            }
          });
    } catch (UncheckedIOException full) {
      throw new IOException(full.getCause());
    }
  }
}
