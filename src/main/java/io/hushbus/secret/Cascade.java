package io.hushbus.secret;

import io.hushbus.model.Scope;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Which of several secrets of one name a task gets: the one of the narrowest scope. First hit wins,
 * nothing is merged.
 */
final class Cascade {

  private Cascade() {}

  /** 0 for the narrowest. A project narrows more than a domain does. */
  static int rank(Scope scope) {
    return switch (scope) {
      case Scope.ProjectDomain both -> 0;
      case Scope.Project project -> 1;
      case Scope.Domain domain -> 2;
      case Scope.Organization organization -> 3;
    };
  }

  static <T> List<T> narrowFirst(List<T> sameName, Function<T, Scope> scope) {
    return sameName.stream()
        .sorted(Comparator.comparingInt(one -> rank(scope.apply(one))))
        .toList();
  }
}
