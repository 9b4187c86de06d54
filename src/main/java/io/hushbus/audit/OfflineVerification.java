package io.hushbus.audit;

import io.hushbus.audit.ExportItem.Header;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;

/**
 * Verifies an export with nothing but files: no database, no broker, no secret key.
 *
 * <p>Without a checkpoint file, records cut off the end together with their checkpoints are not
 * missed. Without pinned keys, the keys are those the export itself names, which shows only that it
 * is consistent.
 */
public final class OfflineVerification {

  private OfflineVerification() {}

  /**
   * @param export should be buffered
   * @param checkpoints a checkpoint file that was kept apart from the database
   * @param pinned raw public keys known from elsewhere; empty: take those of the export
   * @throws IOException if a file cannot be read; whatever is wrong inside is a verdict
   */
  public static Verdict verify(
      InputStream export, Optional<InputStream> checkpoints, Collection<byte[]> pinned)
      throws IOException {
    ExportReader lines = new ExportReader(export);
    try {
      Header header = header(lines);
      TrustedKeys keys = TrustedKeys.of(pinned.isEmpty() ? header.keys().values() : pinned);
      return follow(lines, new AuditVerifier(header, keys, anchors(checkpoints, header, keys)));
    } catch (MalformedExport e) {
      return new Verdict.Broken(Finding.of(Finding.Kind.MALFORMED, 0));
    } catch (Anchors.Refused e) {
      return new Verdict.Broken(e.finding());
    }
  }

  private static Header header(ExportReader lines) throws IOException {
    if (lines.next().orElse(null) instanceof Header header) {
      return header;
    }
    throw new MalformedExport("an export starts with its header");
  }

  private static Anchors anchors(Optional<InputStream> checkpoints, Header header, TrustedKeys keys)
      throws IOException, Anchors.Refused {
    return checkpoints.isEmpty()
        ? Anchors.none()
        : Anchors.read(new ExportReader(checkpoints.get()), header, keys);
  }

  private static Verdict follow(ExportReader lines, AuditVerifier verifier) throws IOException {
    try {
      for (Optional<ExportItem> item = lines.next(); item.isPresent(); item = lines.next()) {
        verifier.accept(item.get());
      }
    } catch (MalformedExport e) {
      verifier.malformed();
    }
    return verifier.finish();
  }
}
