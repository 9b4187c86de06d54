package io.hushbus.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One request of a story and what must come back. As text, in this order:
 *
 * <pre>{@code
 * # what this step shows
 * app POST /secrets?project=demo          who asks, method, path
 * If-None-Match: *                        headers
 * {"name": "db", ...}                     body, which may take several lines
 * => 201 conflict                         status, and the code if it is a problem
 * header ETag "1"                         a header
 * json /current_version 1                 what stands at a JSON pointer; `absent`: nothing does
 * has some text                           the body has this text; `lacks`: it has not
 * keep id /id                             remembers what stands at a pointer as ${id}
 * eventually                              asks again until all of this is so
 * }</pre>
 *
 * <p>Over the event bus the method is {@code SEND} and the path an address; {@code FOLLOW} begins
 * to hear events, and {@code NEXT} waits for the next one of the type in the place of the path.
 *
 * @param title what it shows
 * @param checks the lines after the status
 */
record Step(
    String title,
    String who,
    String method,
    String path,
    List<String> headers,
    String body,
    String outcome,
    List<String> checks) {

  private static final Pattern HEADER = Pattern.compile("[A-Za-z][A-Za-z-]*: .+");

  boolean isOnTheBus() {
    return List.of("SEND", "FOLLOW", "NEXT").contains(method);
  }

  /** The steps of a story; an empty line ends each. */
  static List<Step> parse(String text) {
    return Pattern.compile("\n\\s*\n")
        .splitAsStream(text.strip())
        .map(block -> step(block.lines().toList()))
        .toList();
  }

  private static Step step(List<String> lines) {
    List<String> titles = lines.stream().takeWhile(line -> line.startsWith("#")).toList();
    List<String> rest = lines.subList(titles.size(), lines.size());
    String[] request = rest.getFirst().split(" ", 3);
    List<String> headers = new ArrayList<>();
    List<String> body = new ArrayList<>();
    int at = 1;
    for (; !rest.get(at).startsWith("=> "); at++) {
      boolean header = body.isEmpty() && HEADER.matcher(rest.get(at)).matches();
      (header ? headers : body).add(rest.get(at));
    }
    return new Step(
        String.join(" ", titles).replace("#", "").strip(),
        request[0],
        request[1],
        request[2],
        headers,
        String.join("\n", body),
        rest.get(at).substring(3),
        rest.subList(at + 1, rest.size()));
  }
}
