package io.hushbus.cli;

import io.hushbus.client.Request;

/** Paths and columns of what is said about secrets. */
final class SecretPath {

  /** One secret, as what is asked about it or done to it shows it. */
  static final Columns DETAIL =
      Columns.of(
          "name",
          "scope",
          "type",
          "keys",
          "version=current_version",
          "description",
          "labels",
          "created=created_at",
          "created_by",
          "updated=updated_at",
          "id");

  static final Columns LINE =
      Columns.of("name", "scope", "type", "version=current_version", "keys", "updated=updated_at");

  private SecretPath() {}

  static String of(String name) {
    return "/secrets/" + Request.segment(name);
  }

  static String of(String name, String below) {
    return of(name) + "/" + below;
  }
}
