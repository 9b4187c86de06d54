package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.CanonicalReader;
import io.hushbus.crypto.Macs;
import io.hushbus.crypto.OpaqueToken;
import io.hushbus.model.Caller;
import io.hushbus.model.SecretValue;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Places in lists as callers carry them from one page to the next: opaque texts under a MAC, good
 * for one caller, one list and one set of filters. A token of another, an altered one and an
 * invented one are refused alike.
 */
public final class PageSeals {

  private static final String KIND = "page-token";
  private static final String LABEL = "page-token/1";
  private static final int MAX_LENGTH = 512;

  private final SecretValue macKey;

  public PageSeals(SecretValue macKey) {
    this.macKey = macKey;
  }

  /**
   * A list as one caller asks for it.
   *
   * @param list which list it is
   * @param filters all that narrows it, but not the size of the page
   */
  public record Listing(Caller caller, String list, SortedMap<String, List<String>> filters) {

    private Canonical canonical() {
      Canonical all =
          Canonical.of("page-binding/1")
              .id(caller.tenant().value())
              .text(caller.principal().toString())
              .text(list)
              .number(filters.size());
      filters.forEach(
          (name, texts) -> {
            all.text(name).number(texts.size());
            texts.forEach(all::text);
          });
      return all;
    }
  }

  private record Content(byte[] binding, byte[] place) {}

  /** The token that continues the listing after that place. */
  public String seal(Listing listing, byte[] place) {
    return OpaqueToken.seal(macKey, KIND, Canonical.of(LABEL).bytes(binding(listing)).bytes(place));
  }

  /** The place, if the token was made for this listing. */
  public Optional<byte[]> open(Listing listing, String token) {
    return OpaqueToken.open(macKey, KIND, token, MAX_LENGTH)
        .flatMap(
            bytes -> CanonicalReader.read(bytes, LABEL, in -> new Content(in.bytes(), in.bytes())))
        .filter(content -> Macs.equal(content.binding(), binding(listing)))
        .map(Content::place);
  }

  /** Keyed, so that a token does not even confirm a guess about what it was made for. */
  private byte[] binding(Listing listing) {
    return Macs.hmacSha256(macKey, listing.canonical().encode());
  }
}
