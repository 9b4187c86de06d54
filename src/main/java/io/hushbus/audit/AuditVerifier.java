package io.hushbus.audit;

import io.hushbus.audit.ExportItem.End;
import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.audit.ExportItem.Header;
import io.hushbus.audit.ExportItem.Signed;
import io.hushbus.audit.Finding.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chain from its first record to its end, one item at a time, and names the first thing
 * that is wrong. Pure; its memory does not grow with the chain.
 *
 * <p>A record that is not at its place may be missing, moved or pushed back by a copy. Which of
 * these it is shows later, when it turns up or does not; until then the finding is open.
 */
public final class AuditVerifier {

  /** A finding that depends on whether the awaited record still turns up. */
  private record Gap(long awaited, Finding ifFound, Finding ifNot) {
    boolean isCopy() {
      return ifFound.kind() == Kind.DUPLICATED;
    }
  }

  private final Header header;
  private final TrustedKeys keys;
  private final Anchors anchors;
  private final Link link;

  private ChainHead last = ChainHead.START;
  private boolean ended;
  private @Nullable Gap gap;
  private @Nullable Finding found;

  AuditVerifier(Header header, TrustedKeys keys, Anchors anchors) {
    this(header, keys, anchors, Link.SEALED);
  }

  /** For mutants: the rule of the chain is passed in. */
  AuditVerifier(Header header, TrustedKeys keys, Anchors anchors, Link link) {
    this.header = header;
    this.keys = keys;
    this.anchors = anchors;
    this.link = link;
  }

  /** Takes the next item after the header. */
  void accept(ExportItem item) {
    if (found != null) {
      return;
    }
    if (ended) {
      found = Finding.of(Kind.MALFORMED, expected());
    } else if (gap != null) {
      search(gap, item);
    } else {
      follow(item);
    }
  }

  /** Says that the next item could not be read. */
  void malformed() {
    settle(Finding.of(Kind.MALFORMED, expected()));
  }

  /** What it all came to, once there are no more items. */
  Verdict finish() {
    if (found == null && gap != null) {
      found = gap.ifNot();
    }
    if (found == null && !ended) {
      found = Finding.of(Kind.INCOMPLETE, expected());
    }
    if (found == null && anchors.after(last.sequence()) > 0) {
      found = truncated(anchors.after(last.sequence()));
    }
    return found == null
        ? new Verdict.Sound(last.sequence(), last.checkpoint())
        : new Verdict.Broken(found);
  }

  /** How far the chain was followed. */
  ChainHead last() {
    return last;
  }

  private void follow(ExportItem item) {
    switch (item) {
      case Header again -> found = Finding.of(Kind.MALFORMED, expected());
      case Entry entry -> entry(entry);
      case Signed(Checkpoint checkpoint) -> checkpoint(checkpoint);
      case End end -> end(end);
    }
  }

  private void entry(Entry entry) {
    if (entry.sequence() > expected()) {
      gap = missing(Kind.DELETED, 0);
    } else if (entry.sequence() < expected()) {
      again(entry);
    } else if (!link.holds(last.hash(), header.tenant(), entry)) {
      found = Finding.of(Kind.EDITED, expected());
    } else if (!anchors.allow(entry.sequence(), entry.hash())) {
      found = new Finding(Kind.REWRITTEN, entry.sequence(), entry.sequence());
    } else {
      ChainHead next = last.then(entry.hash());
      last = anchors.holds(entry.sequence()) ? next.signed() : next;
    }
  }

  /** A sequence that was there already: a copy of that record, or the awaited one renumbered. */
  private void again(Entry entry) {
    Finding copy = Finding.of(Kind.DUPLICATED, entry.sequence());
    if (entry.sequence() == last.sequence() && Arrays.equals(entry.hash(), last.hash())) {
      found = copy;
    } else {
      gap = new Gap(expected(), copy, Finding.of(Kind.EDITED, expected()));
    }
  }

  private void checkpoint(Checkpoint checkpoint) {
    Finding.@Nullable Kind flaw = keys.flaw(checkpoint).orElse(null);
    if (flaw != null) {
      found = Finding.of(flaw, last.sequence());
    } else if (!checkpoint.cluster().equals(header.cluster())
        || !checkpoint.tenant().equals(header.tenant())) {
      found = Finding.of(Kind.WRONG_CHAIN, last.sequence());
    } else if (checkpoint.sequence() > last.sequence()) {
      gap = missing(Kind.TRUNCATED, checkpoint.sequence());
    } else if (checkpoint.sequence() < last.sequence()) {
      found = Finding.of(Kind.REORDERED, checkpoint.sequence());
    } else if (!Arrays.equals(checkpoint.hash(), last.hash())) {
      found = new Finding(Kind.REWRITTEN, last.sequence(), last.sequence());
    } else {
      last = last.signed();
    }
  }

  private void end(End end) {
    ended = true;
    if (end.sequence() > last.sequence()) {
      found = truncated(anchors.after(last.sequence()));
    } else if (end.sequence() < last.sequence()) {
      found = Finding.of(Kind.APPENDED, end.sequence() + 1);
    }
  }

  private void search(Gap open, ExportItem item) {
    switch (item) {
      case Entry entry when entry.sequence() == open.awaited() -> found = open.ifFound();
      case Entry entry when open.ifNot().kind() == Kind.TRUNCATED -> gap = missing(Kind.DELETED, 0);
      case End end when open.isCopy() && end.sequence() < open.awaited() -> found = open.ifFound();
      case Header h -> {}
      case Entry e -> {}
      case Signed s -> {}
      case End e -> {}
    }
  }

  private Gap missing(Kind ifNot, long checkpoint) {
    return new Gap(
        expected(),
        Finding.of(Kind.REORDERED, expected()),
        new Finding(ifNot, expected(), checkpoint));
  }

  private Finding truncated(long checkpoint) {
    return new Finding(Kind.TRUNCATED, expected(), checkpoint);
  }

  private void settle(Finding finding) {
    if (found == null) {
      found = gap == null ? finding : gap.ifNot();
    }
  }

  private long expected() {
    return last.sequence() + 1;
  }
}
