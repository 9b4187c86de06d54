package io.hushbus.access;

/** A token as somebody presents it: taken apart strictly, its signature not yet checked. */
final class PresentedToken {

  private final String text;
  private final String keyId;
  private final TokenClaims claims;

  PresentedToken(String text, String keyId, TokenClaims claims) {
    this.text = text;
    this.keyId = keyId;
    this.claims = claims;
  }

  /** The whole token, for the check of its signature. */
  String text() {
    return text;
  }

  /** Which key it says to be signed with. */
  String keyId() {
    return keyId;
  }

  /** What it says; nothing of it may be believed before the signature was checked. */
  TokenClaims claims() {
    return claims;
  }

  @Override
  public String toString() {
    return "PresentedToken[hidden]";
  }
}
