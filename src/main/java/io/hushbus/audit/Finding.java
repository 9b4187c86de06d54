package io.hushbus.audit;

/**
 * The first thing that is wrong with a chain.
 *
 * @param sequence of the first record that is not as it was sealed, or is not there
 * @param checkpoint the signed checkpoint that gives it away; 0 if none was needed
 */
public record Finding(Kind kind, long sequence, long checkpoint) {

  /** What can be wrong: a closed list. */
  public enum Kind {
    /** The record does not fit its hash, or not the hash before it. */
    EDITED,
    /** The record is missing, and later ones are there. */
    DELETED,
    /** The record is there twice. */
    DUPLICATED,
    /** The record stands later than it should. */
    REORDERED,
    /** The record and all after it are missing, though they were sealed. */
    TRUNCATED,
    /** There are records after the end of the chain. */
    APPENDED,
    /** The records fit together, but not with a checkpoint that was signed. */
    REWRITTEN,
    /** The signature of a checkpoint does not hold. */
    BAD_SIGNATURE,
    /** A checkpoint is signed with a key that is not trusted. */
    UNKNOWN_KEY,
    /** A checkpoint belongs to another tenant or installation. */
    WRONG_CHAIN,
    /** The row that holds the end of the chain is not one the broker wrote, or is missing. */
    WRONG_END,
    /** A checkpoint that was signed is not stored any more. */
    NO_CHECKPOINT,
    /** The checkpoint file says nothing about this chain. */
    NO_ANCHOR,
    /** The export stops before its end line: it was cut off on its way. */
    INCOMPLETE,
    /** A line is not in the format. */
    MALFORMED
  }

  static Finding of(Kind kind, long sequence) {
    return new Finding(kind, sequence, 0);
  }

  /** What was found, for people. */
  public String sentence() {
    return switch (kind) {
      case EDITED -> "record %d was edited".formatted(sequence);
      case DELETED -> "record %d was deleted".formatted(sequence);
      case DUPLICATED -> "record %d is there twice".formatted(sequence);
      case REORDERED -> "record %d is not in its place".formatted(sequence);
      case TRUNCATED -> "record %d and all after it were removed%s".formatted(sequence, before());
      case APPENDED -> "record %d stands after the end of the chain".formatted(sequence);
      case REWRITTEN ->
          "records up to %d were rewritten: checkpoint %d was signed over others"
              .formatted(sequence, checkpoint);
      case BAD_SIGNATURE -> "the checkpoint at record %d has a bad signature".formatted(sequence);
      case UNKNOWN_KEY ->
          "the checkpoint at record %d is signed with an unknown key".formatted(sequence);
      case WRONG_CHAIN ->
          "the checkpoint at record %d belongs to another chain".formatted(sequence);
      case WRONG_END ->
          "the stored end of the chain, at record %d, is not the broker's".formatted(sequence);
      case NO_CHECKPOINT -> "checkpoint %d was signed and is missing".formatted(sequence);
      case NO_ANCHOR -> "the checkpoint file has no checkpoint of this chain";
      case INCOMPLETE -> "the export was cut off after record %d".formatted(sequence - 1);
      case MALFORMED -> "what should be record %d is not in the format".formatted(sequence);
    };
  }

  private String before() {
    return checkpoint == 0 ? "" : ", though checkpoint %d was signed".formatted(checkpoint);
  }
}
