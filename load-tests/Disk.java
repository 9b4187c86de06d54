import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the disk takes to keep one page. */
final class Disk {

  private static final int PAGE = 8 * 1024;
  private static final int WRITES = 300;

  private Disk() {}

  /** The mean time of writing a page over itself and syncing it, in microseconds. */
  static double syncMicros(Path directory) throws IOException {
    Path file = directory.resolve("sync");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(PAGE), 0);
      channel.force(true);
      long begun = System.nanoTime();
      for (int i = 0; i < WRITES; i++) {
        channel.write(ByteBuffer.allocate(PAGE), 0);
        channel.force(false);
      }
      return (System.nanoTime() - begun) / 1e3 / WRITES;
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
