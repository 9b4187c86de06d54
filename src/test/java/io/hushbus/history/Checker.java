package io.hushbus.history;

import java.util.List;

/** Says where a history breaks a promise; nothing where a correct broker could have shown it. */
public interface Checker {

  List<Violation> check(History history);
}
