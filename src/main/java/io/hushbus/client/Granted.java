package io.hushbus.client;

import java.util.List;
import java.util.function.Function;

/**
 * What was leased by one request.
 *
 * @param leases one for each secret, in the order of the request
 * @param variables of an environment: what goes into which variable
 * @param files of an environment: what goes into which file, by its path
 * @param missing of an environment: what is optional and not there
 * @param refused of an environment: what was leased and cannot be put where it should be
 */
public record Granted<L>(
    List<L> leases,
    List<Placement> variables,
    List<Placement> files,
    List<Absent> missing,
    List<Absent> refused) {

  /**
   * @param name of the variable, or path of the file
   * @param lease the id of the lease that has the value; empty where nothing is leased yet
   * @param key its entry
   */
  public record Placement(String name, String lease, String key) {

    static Placement of(Json json) {
      return new Placement(
          json.text("name"), json.optionalText("lease").orElse(""), json.text("key"));
    }
  }

  /**
   * @param key the entry that was wanted; empty for all
   * @param why a stable word
   */
  public record Absent(String secret, String key, String why) {

    static Absent of(Json json, String usual) {
      return new Absent(
          json.text("secret"),
          json.optionalText("key").orElse(""),
          json.optionalText("reason").or(() -> json.optionalText("outcome")).orElse(usual));
    }
  }

  static <L> Granted<L> of(Json answer, List<L> leases) {
    return new Granted<>(
        leases,
        answer.objects("env").stream().map(Placement::of).toList(),
        answer.objects("files").stream().map(Placement::of).toList(),
        answer.objects("missing").stream().map(one -> Absent.of(one, "missing")).toList(),
        answer.objects("refused").stream().map(one -> Absent.of(one, "refused")).toList());
  }

  <M> Granted<M> map(Function<L, M> face) {
    return new Granted<>(leases.stream().map(face).toList(), variables, files, missing, refused);
  }

  /**
   * The only one.
   *
   * @throws IllegalStateException if there is not exactly one
   */
  public L lease() {
    if (leases.size() != 1) {
      throw new IllegalStateException("there are " + leases.size() + " leases: name one");
    }
    return leases.getFirst();
  }
}
