package io.hushbus.http;

import io.hushbus.model.Failure;

/**
 * What is said to people in answers: one fixed sentence for each word that machines read. Closed
 * sets without {@code default}, so that a new word does not compile without its sentence; never a
 * part of what was sent.
 */
final class Sentences {

  private Sentences() {}

  /** What a fault of one field means. */
  static String of(Failure.Code code) {
    return switch (code) {
      case MALFORMED_JSON -> "This is not strict JSON: a syntax error, or something after the end.";
      case DUPLICATE_KEY -> "This name is there twice.";
      case TOO_DEEP -> "The body is nested deeper than 32 levels.";
      case UNKNOWN_FIELD -> "There is no field of this name here.";
      case MISSING_FIELD -> "This is required and is not there.";
      case WRONG_TYPE -> "This is of another JSON type than expected.";
      case BAD_FORMAT -> "This does not have the expected form.";
      case TOO_LONG -> "There are too many characters, items or tokens.";
      case TOO_SHORT -> "There are too few characters or items.";
      case OUT_OF_RANGE -> "This is outside its limits.";
      case NOT_ALLOWED -> "This is not one of the values allowed, or may not be here.";
      case BAD_SECRET_NAME ->
          "A secret's name has 3 to 63 letters, digits, `-` or `_`; first a letter, last a "
              + "letter or digit.";
      case BAD_ENTRY_NAME -> "A key has 1 to 127 letters, digits, `.`, `_` or `-`.";
      case BAD_NAME ->
          "A name has 2 to 63 letters, digits, `-` or `_`, first a letter, last a letter or "
              + "digit; a label's key 1 to 63 letters, digits, `.`, `_` or `-`.";
      case BAD_TENANT_NAME -> "A tenant's name is a lower-case DNS label.";
      case RESERVED_NAME -> "This name is reserved.";
      case BAD_ENTRY_COUNT -> "A secret has 1 to 256 entries.";
      case BAD_DURATION ->
          "A duration is a number and `s`, `m`, `h` or `d`, such as 90s, 15m or 6h, and not "
              + "too long.";
      case BAD_BASE64 -> "This is not padded base64 of RFC 4648, section 4.";
      case BAD_UTF8 -> "This is not strict UTF-8, or has a character that cannot be here.";
      case VALUE_TOO_LARGE ->
          "The values of the version are together over the limit "
              + "(secrets.max_bytes, 64 KiB by default).";
      case VALUE_REQUIRED -> "The value is missing.";
      case TYPE_MISMATCH -> "This does not fit the type of the secret.";
      case BAD_CURSOR -> "This is not a cursor of this broker and tenant.";
      case BAD_PAGE_TOKEN ->
          "This is not a page token for this list, these filters and this caller.";
      case UNKNOWN_PROJECT -> "There is no such project, or not for this caller.";
      case UNKNOWN_DOMAIN -> "There is no such domain.";
      case UNKNOWN_COMMUNITY -> "There is no such community.";
      case BAD_HEADER -> "The header field is not well formed, or is there twice.";
      case BAD_PATH ->
          "The path is not in its one spelling: no escapes, no empty or dot segments, no "
              + "slash at the end.";
      case UNKNOWN_PARAMETER -> "There is no query parameter of this name here.";
      case KEY_REUSED -> "The Idempotency-Key was used before, with another body.";
      case NOT_FOUND -> "This does not exist, or not for this caller.";
      case DENIED -> "The caller may see this but not change it.";
      case ALREADY_THERE -> "This exists already.";
      case PRECONDITION_FAILED -> "This is at another version than the one asked for.";
      case PRECONDITION_REQUIRED -> "This may only be changed with the version it is at.";
    };
  }

  /** Why the state of things forbids it. */
  static String of(Failure.Reason reason) {
    return switch (reason) {
      case NAME_TAKEN -> "The name is taken.";
      case IN_USE -> "It is in use; blockers lists by what.";
      case STATE -> "Its state does not allow this.";
      case CONCURRENT_CHANGE -> "Somebody else was first; send the request again.";
      case KEY_IN_FLIGHT -> "The first request under this Idempotency-Key is still at work.";
      case ROTATION_IN_PROGRESS -> "A rotation of this secret is under way; blockers names it.";
      case LIMIT -> "There are as many as there may be.";
      case HELD_OTHERWISE ->
          "The run holds this already, for another time or other keys; blockers names the lease.";
      case VALIDITY_NOT_PROMISED ->
          "No lease can be promised to be valid for so long; max_seconds says for how long one"
              + " can.";
    };
  }

  /** What could not be reached. */
  static String of(Failure.Dependency dependency) {
    return switch (dependency) {
      case DATABASE -> "The database could not be reached in time; repeat the request.";
      case KEYS -> "The keys cannot be used now; repeat the request.";
      case AUDIT -> "The audit trail cannot be written now; repeat the request.";
      case RESTORE -> "The database was set back; an operator has to confirm a restore first.";
      case SELF -> "The broker is stopping, or the request took too long; repeat it.";
    };
  }

  /** What a problem means, where its reason or dependency does not say more. */
  static String of(ProblemType type) {
    return switch (type) {
      case INVALID -> "The request breaks the contract; errors says where.";
      case UNAUTHENTICATED -> "Send one credential that holds, as a bearer token.";
      case DENIED -> "The caller may see the thing but not do this to it.";
      case NOT_FOUND -> "It does not exist, or the caller may not know of it.";
      case METHOD_NOT_ALLOWED -> "The path exists; Allow lists its methods.";
      case NOT_ACCEPTABLE -> "Nothing that Accept allows can be produced.";
      case CONFLICT -> "The state of things forbids it; reason says why.";
      case GONE -> "It was destroyed, has expired, was revoked, or is older than what is kept.";
      case PRECONDITION_FAILED ->
          "The ETag is another by now, or the thing exists already: read it again.";
      case TOO_LARGE -> "The body is over the cap and was not read.";
      case URI_TOO_LONG -> "The request line is over 8 KiB.";
      case UNSUPPORTED_MEDIA_TYPE ->
          "Accept lists the content types that are read here, without any encoding.";
      case UNPROCESSABLE -> "The request is well formed but cannot be meant; errors says where.";
      case PRECONDITION_REQUIRED -> "Read the ETag and send it as If-Match.";
      case OVER_BUDGET -> "The budget named is used up; Retry-After says when to come back.";
      case HEADERS_TOO_LARGE -> "The header has over 16 KiB or over 100 fields.";
      case INTERNAL -> "It has been logged under the request_id.";
      case INTEGRITY ->
          "Stored data does not verify; operators find more in the log under the request_id.";
      case UNAVAILABLE -> "The broker cannot answer now; repeat the request.";
    };
  }
}
