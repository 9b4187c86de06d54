package io.hushbus.client;

import io.hushbus.model.SecretValue;
import java.util.Optional;
import java.util.function.Consumer;

/** A run as it stands here; what a program sees of it is a face. */
final class Course {

  private final String id;
  private final SecretValue token;
  private final Optional<OwnKey> key;
  private final End end = new End();

  /** Nanoseconds between heartbeats. */
  final long beat;

  // Of the loop alone.
  Loop.Timer timer = Loop.Timer.NONE;
  int failures;

  Course(String id, SecretValue token, long beat, Optional<OwnKey> key) {
    this.id = id;
    this.token = token;
    this.key = key;
    this.beat = beat;
  }

  String id() {
    return id;
  }

  SecretValue token() {
    return token;
  }

  /** To which its values are sealed. */
  Optional<OwnKey> key() {
    return key;
  }

  boolean isOver() {
    return end.hasCome();
  }

  void onEnd(Consumer<LeaseEnded> told) {
    end.tell(told);
  }

  void end(String why, Optional<Refused> refusal) {
    timer.cancel();
    end.comes(new LeaseEnded("the run " + id, why, refusal), () -> key.ifPresent(OwnKey::close));
  }
}
