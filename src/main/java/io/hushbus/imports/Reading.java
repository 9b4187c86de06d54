package io.hushbus.imports;

import java.util.List;

/**
 * What came of a file. Who is given one with problems must use none of its secrets: there are none.
 *
 * @param secrets in the order of the file; none if there is a problem
 * @param problems all of them, in the order of the file
 * @param notes what was left out on purpose
 */
public record Reading(List<ImportedSecret> secrets, List<Problem> problems, List<Problem> notes)
    implements AutoCloseable {

  public Reading {
    secrets = List.copyOf(secrets);
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  @Override
  public void close() {
    secrets.forEach(ImportedSecret::close);
  }
}
