package io.hushbus.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Brokers that each break one promise, in a way that real ones have been found to. */
final class Mutants {

  private static final int NODES = 3;

  private Mutants() {}

  /** Keeps what it has read, and does not hear of changes at other nodes. */
  static final class StaleCache extends ModelBroker {
    StaleCache(Turns turns) {
      super(turns, NODES);
    }

    @Override
    Head seen(Request request) {
      return caches
          .get(request.node())
          .computeIfAbsent(request.key(), key -> super.seen(request).copy());
    }

    @Override
    void commit(Request request, Head after) {
      super.commit(request, after);
      caches.get(request.node()).remove(request.key());
    }
  }

  /** Tells of a change, and then makes it. */
  static final class NoticeBeforeCommit extends ModelBroker {
    NoticeBeforeCommit(Turns turns) {
      super(turns, NODES);
    }

    @Override
    void commit(Request request, Head after) {
      tell(request.key(), after.version, lastPlace() + 1);
      point(request);
      heads.put(request.key(), after);
      record(request, request.key());
    }
  }

  /** Numbers events when they are written, not when they are committed. */
  static final class CursorBySequence extends ModelBroker {
    private int sequence;

    CursorBySequence(Turns turns) {
      super(turns, NODES);
    }

    @Override
    void commit(Request request, Head after) {
      int place = ++sequence;
      point(request);
      point(request);
      heads.put(request.key(), after);
      tell(request.key(), after.version, place);
      record(request, request.key());
    }
  }

  /** Remembers at the node that was asked alone that a lease is revoked. */
  static final class RevokedHere extends ModelBroker {
    private final Map<Integer, Set<String>> revoked = new HashMap<>();

    RevokedHere(Turns turns) {
      super(turns, NODES);
    }

    @Override
    void revoke(Request request, Lease lease) {
      revoked.computeIfAbsent(request.node(), node -> new HashSet<>()).add(lease.id);
    }

    @Override
    boolean isLive(Request request, Lease lease) {
      return super.isLive(request, lease)
          && !revoked.getOrDefault(request.node(), Set.of()).contains(lease.id);
    }
  }

  /** Gives a renewal what it asks for. */
  static final class NoClamp extends ModelBroker {
    NoClamp(Turns turns) {
      super(turns, NODES);
    }

    @Override
    long end(Lease lease, long wanted) {
      return wanted;
    }
  }

  /** Compares the version, and then begins the transaction that replaces it. */
  static final class CasOutside extends ModelBroker {
    CasOutside(Turns turns) {
      super(turns, NODES);
    }

    @Override
    Answer put(Request request) {
      if (!fits(request, head(request.key()))) {
        return Answer.refused("stale");
      }
      return locked(
          request,
          request.key(),
          () -> {
            Head head = head(request.key());
            return head.lives() ? write(request, head) : Answer.refused("missing");
          });
    }
  }

  /** Takes a lease for live until the sweeper has come by. */
  static final class SweeperOnly extends ModelBroker {
    SweeperOnly(Turns turns) {
      super(turns, NODES);
    }

    @Override
    boolean isLive(Request request, Lease lease) {
      return !lease.revoked && !isOver(lease) && !lease.swept;
    }
  }

  /** Leaves for later what should be done before the answer; a dead node never does it. */
  abstract static class Later extends ModelBroker {
    private record Task(Request request, Runnable work) {}

    private final List<Task> tasks = new ArrayList<>();

    Later(Turns turns) {
      super(turns, NODES);
    }

    final void later(Request request, Runnable work) {
      tasks.add(new Task(request, work));
    }

    @Override
    void housekeeping(int node) {
      super.housekeeping(node);
      List<Task> due = tasks.stream().filter(task -> task.request().node() == node).toList();
      due.stream().filter(task -> lives(task.request())).forEach(task -> task.work().run());
      tasks.removeAll(due);
    }
  }

  /** Answers a write before it is safe, from what it has in memory. */
  static final class AnswerBeforeCommit extends Later {
    AnswerBeforeCommit(Turns turns) {
      super(turns);
    }

    @Override
    void commit(Request request, Head after) {
      later(request, () -> super.commit(request, after));
    }
  }

  /** Gives the value away, and writes down afterwards that it has. */
  static final class RecordLater extends Later {
    RecordLater(Turns turns) {
      super(turns);
    }

    @Override
    void disclosed(Request request) {
      later(request, () -> super.disclosed(request));
    }
  }

  /** Looks whether the key was used, and grants without keeping others from doing the same. */
  static final class OnceUnlocked extends ModelBroker {
    OnceUnlocked(Turns turns) {
      super(turns, NODES);
    }

    @Override
    Answer grantOnce(Request request, String name) {
      return again(request, name);
    }
  }

  /** Writes a record for each attempt, refused ones too, as if they had happened. */
  static final class RecordsRefusals extends ModelBroker {
    RecordsRefusals(Turns turns) {
      super(turns, NODES);
    }

    @Override
    Answer put(Request request) {
      Answer answer = super.put(request);
      if (answer.outcome() == Outcome.FAIL) {
        record(request, request.key());
      }
      return answer;
    }
  }

  /** Forgets the number of its last version when a secret comes back. */
  static final class VersionsAgain extends ModelBroker {
    VersionsAgain(Turns turns) {
      super(turns, NODES);
    }

    @Override
    void commit(Request request, Head after) {
      if (after.version > 4) {
        after.version = 1;
      }
      super.commit(request, after);
    }
  }
}
