package io.hushbus.config;

import java.util.List;

/** All that is wrong with a configuration, a line for each problem. Holds no value of any key. */
public final class ConfigProblems extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final transient List<String> problems;

  ConfigProblems(List<String> problems) {
    super(String.join("\n", problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
