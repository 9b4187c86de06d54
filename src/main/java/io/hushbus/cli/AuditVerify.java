package io.hushbus.cli;

import io.hushbus.audit.OfflineVerification;
import io.hushbus.audit.Verdict;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code hushbus audit verify}: checks an exported audit trail without a broker. Exit code 0 if
 * nothing is wrong, 1 if something is, with the first bad record in one line.
 */
@Command(
    name = "verify",
    description = "Verify an exported audit trail, offline.",
    mixinStandardHelpOptions = true)
final class AuditVerify implements Callable<Integer> {

  /** A raw Ed25519 public key, as {@code /audit} exports and checkpoints name it. */
  record PublicKey(byte[] bytes) {}

  /** Reads a key from base64url without padding. */
  static final class PublicKeyConverter implements ITypeConverter<PublicKey> {
    @Override
    public PublicKey convert(String text) {
      try {
        byte[] key = Base64.getUrlDecoder().decode(text);
        if (key.length == 32) {
          return new PublicKey(key);
        }
      } catch (IllegalArgumentException e) {
        // said below, together with a wrong length
      }
      throw new TypeConversionException("a public key is 32 bytes in base64url");
    }
  }

  @Option(
      names = "--file",
      required = true,
      paramLabel = "EXPORT",
      description = "The export, as JSON lines.")
  private @Nullable Path file;

  @Option(
      names = "--checkpoints",
      paramLabel = "FILE",
      description = "A checkpoint file that was kept apart from the database.")
  private @Nullable Path checkpoints;

  @Option(
      names = "--public-key",
      paramLabel = "KEY",
      converter = PublicKeyConverter.class,
      description = "A checkpoint key that is trusted (base64url); may be given more than once.")
  private List<PublicKey> publicKeys = List.of();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    List<byte[]> pinned = publicKeys.stream().map(PublicKey::bytes).toList();
    try (InputStream export = open(given(file))) {
      return report(verify(export, pinned), pinned.isEmpty());
    }
  }

  private Verdict verify(InputStream export, List<byte[]> pinned) throws IOException {
    if (checkpoints == null) {
      return OfflineVerification.verify(export, Optional.empty(), pinned);
    }
    try (InputStream kept = open(checkpoints)) {
      return OfflineVerification.verify(export, Optional.of(kept), pinned);
    }
  }

  private int report(Verdict verdict, boolean ownKeys) {
    PrintWriter out = given(spec).commandLine().getOut();
    PrintWriter err = given(spec).commandLine().getErr();
    return switch (verdict) {
      case Verdict.Sound(long records, long covered) -> {
        out.printf(
            "ok: %d records, signed checkpoints vouch for those up to %d%n", records, covered);
        if (ownKeys) {
          err.println(
              "note: the keys were taken from the export itself; --public-key shows whose it is");
        }
        yield 0;
      }
      case Verdict.Broken(var finding) -> {
        err.println("not ok: " + finding.sentence());
        yield 1;
      }
    };
  }

  private static InputStream open(Path path) throws IOException {
    return new BufferedInputStream(Files.newInputStream(path), 1 << 16);
  }

  /** What the command line sets before the command is called. */
  private static <T> T given(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("picocli sets required options before it calls a command");
    }
    return value;
  }
}
