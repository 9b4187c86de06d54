package io.hushbus.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One thing that happens in a scenario of the command line. As text:
 *
 * <pre>{@code
 * # a remark
 * as admin                               who the token belongs to from here on; `nobody`: no token
 * file some.env <<END                    a file in the directory that commands run in
 * NAME=${canary:X}
 * END
 * http runner POST /runs {"project":...} what no command does; must succeed
 * keep run /id                           remembers what stands there as ${run}
 * $ A=b hushbus secret get db -o json    a command, with variables of its own, words as in a shell
 * < typed                                a person is there and types this; of several, in order
 * name  db                               what it writes to standard output
 * version  [..]                          [..] stands for the rest, or anything between
 * ...                                    any number of lines
 * ! note: said to people                 a line of standard error
 * ? 3                                    the exit code, if it is not 0
 * shows values                           its output is not searched for them
 * eventually                             again, until all of it is so
 * }</pre>
 *
 * <p>Input comes by {@code <<< text} or {@code <<END} at the end of the command. An empty line ends
 * what is expected; an empty line of output is written {@code <empty>}.
 */
sealed interface Act {

  /** Where it stands, from 1. */
  int line();

  /** From here on, the token is this one's. */
  record As(int line, String who) implements Act {}

  /** A file for commands to find. */
  record Write(int line, String name, String content) implements Act {}

  /** A request beside the commands. */
  record Http(int line, String who, String method, String path, String body, List<String[]> keeps)
      implements Act {}

  /**
   * A command and what must come of it.
   *
   * @param typed what a person answers; empty: nobody is there
   */
  record Run(
      int line,
      List<String> words,
      Optional<String> input,
      List<String> typed,
      List<String> out,
      List<String> err,
      int exit,
      List<String[]> keeps,
      boolean showsValues,
      boolean eventually)
      implements Act {

    /** The words after the name of the program. */
    List<String> arguments() {
      return words.subList(words.indexOf("hushbus") + 1, words.size());
    }
  }

  static List<Act> parse(String text) {
    return new Parser(text.lines().toList()).acts();
  }

  /** Reads the lines of a file. */
  final class Parser {

    private final List<String> lines;
    private final List<Act> acts = new ArrayList<>();
    private int at;

    private Parser(List<String> lines) {
      this.lines = lines;
    }

    private List<Act> acts() {
      while (at < lines.size()) {
        String line = lines.get(at++);
        switch (line.split(" ", 2)[0]) {
          case "" -> {}
          case "as" -> acts.add(new As(at, line.substring(3)));
          case "file" -> write(line.split(" "));
          case "http" -> http(line.split(" ", 5));
          case "$" -> acts.add(run(line.substring(2)));
          default -> {
            if (!line.startsWith("#")) {
              throw new IllegalArgumentException("line " + at + " is nothing known: " + line);
            }
          }
        }
      }
      return acts;
    }

    private void write(String[] words) {
      acts.add(new Write(at, words[1], document(words[2].substring(2))));
    }

    private String document(String end) {
      StringBuilder content = new StringBuilder();
      while (!lines.get(at).equals(end)) {
        content.append(lines.get(at++)).append('\n');
      }
      at++;
      return content.toString();
    }

    private void http(String[] words) {
      int line = at;
      List<String[]> keeps = new ArrayList<>();
      while (at < lines.size() && lines.get(at).startsWith("keep ")) {
        keeps.add(lines.get(at++).split(" "));
      }
      String body = words.length == 5 ? words[4] : "";
      acts.add(new Http(line, words[1], words[2], words[3], body, keeps));
    }

    private Run run(String command) {
      int line = at;
      List<String> words = words(command);
      Optional<String> input = Optional.empty();
      int here = words.indexOf("<<<");
      if (here >= 0) {
        input = Optional.of(words.get(here + 1));
        words = words.subList(0, here);
      } else if (words.getLast().startsWith("<<")) {
        input = Optional.of(document(words.getLast().substring(2)));
        words = words.subList(0, words.size() - 1);
      }
      List<String> typed = new ArrayList<>();
      List<String> out = new ArrayList<>();
      List<String> err = new ArrayList<>();
      List<String[]> keeps = new ArrayList<>();
      int exit = 0;
      boolean showsValues = false;
      boolean eventually = false;
      for (; at < lines.size() && !lines.get(at).isEmpty(); at++) {
        String said = lines.get(at);
        switch (said.split(" ", 2)[0]) {
          case "<" -> typed.add(said.length() < 2 ? "" : said.substring(2));
          case "!" -> err.add(said.length() < 2 ? "" : said.substring(2));
          case "?" -> exit = Integer.parseInt(said.substring(2));
          case "keep" -> keeps.add(said.split(" "));
          case "shows" -> showsValues = true;
          case "eventually" -> eventually = true;
          default -> out.add(said.equals("<empty>") ? "" : said);
        }
      }
      return new Run(line, words, input, typed, out, err, exit, keeps, showsValues, eventually);
    }

    /** As a shell takes a line apart, as far as scenarios need it. */
    static List<String> words(String line) {
      List<String> words = new ArrayList<>();
      StringBuilder word = new StringBuilder();
      boolean inWord = false;
      char quote = 0;
      for (int at = 0; at < line.length(); at++) {
        char c = line.charAt(at);
        if (quote != 0 && c == quote) {
          quote = 0;
        } else if (quote == 0 && (c == '\'' || c == '"')) {
          quote = c;
          inWord = true;
        } else if (quote == 0 && c == ' ') {
          if (inWord) {
            words.add(word.toString());
          }
          word.setLength(0);
          inWord = false;
        } else {
          word.append(c);
          inWord = true;
        }
      }
      if (inWord) {
        words.add(word.toString());
      }
      return words;
    }
  }
}
