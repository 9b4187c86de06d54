package io.hushbus.tenant;

import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Long work that a request started: how far it is, and how it ended.
 *
 * @param tenant whose it is; the operators' for what is nobody's in particular
 * @param place where it goes on, in the words of its kind; for nobody else
 * @param total empty until it has been counted; may still grow
 * @param problem the code of what last went wrong; also set on one that went on
 */
public record Operation(
    UUID id,
    TenantId tenant,
    OperationKind kind,
    State state,
    String place,
    long done,
    OptionalLong total,
    Optional<String> problem,
    String requestedBy,
    Instant createdAt,
    Optional<Instant> startedAt,
    Instant updatedAt,
    Optional<Instant> endedAt) {

  boolean isOf(TenantId whose, OperationKind what) {
    return tenant.equals(whose) && kind == what;
  }

  /** Where an operation is in its life. */
  public enum State {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** The word used in answers and rows. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String word) {
      return Stream.of(values()).filter(one -> one.word().equals(word)).findFirst().orElseThrow();
    }

    /** Whether nothing more will come of it. */
    public boolean ended() {
      return this != PENDING && this != RUNNING;
    }
  }
}
