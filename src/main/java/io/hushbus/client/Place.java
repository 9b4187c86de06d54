package io.hushbus.client;

import java.util.Optional;

/** From where names are seen: an organization, a project, a domain of it. */
public record Place(Optional<String> project, Optional<String> domain) {

  /** The whole organization. */
  public static final Place ORGANIZATION = new Place(Optional.empty(), Optional.empty());

  public static Place project(String name) {
    return new Place(Optional.of(name), Optional.empty());
  }

  public Place domain(String name) {
    return new Place(project, Optional.of(name));
  }
}
