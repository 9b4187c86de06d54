package io.hushbus.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command that is one operation of the HTTP interface, written down as data: which path, what of
 * the command line goes where, and how the answer is shown. {@link ApiCall} does it.
 *
 * <p>Commands that do more than ask once are classes of their own.
 */
final class ApiVerb {

  /** What the text of an option stands for. */
  enum Form {
    TEXT,
    NUMBER,
    /** Given or not; true where it is given. */
    FLAG,
    /** May be given several times. */
    LIST,
    /** KEY=VALUE, which may be given several times. */
    PAIRS,
    /** The words true and false. */
    TRUTH,
    /** The JSON object in a file, which is the whole body. */
    FILE,
    /** An id, or the name of a service account. */
    ACCOUNT,
    /** An id, or the name of a secret in the scope. */
    SECRET,
    /** An id, or the name of a secret in the scope, which stands for its newest rotation. */
    ROTATION
  }

  /** Stands for null, which a merge patch takes as: remove it. */
  enum Absence {
    NULL
  }

  /** What a project and a domain are for. */
  enum Scope {
    NONE,
    NAMES,
    SENT
  }

  /**
   * Something of the command line.
   *
   * @param names of an option; none of an argument
   * @param label what stands for it in the help
   * @param field its place: <code>{field}</code> of the path, else a parameter of a request without
   *     a body, else a field of the body, with dots where it is deeper; empty: the body itself
   */
  record Input(
      List<String> names, boolean required, String label, String field, Form form, String about) {}

  private final String name;
  private final String method;
  private final String path;
  private final String about;
  private final List<Input> inputs = new ArrayList<>();
  private final Map<String, Object> always = new LinkedHashMap<>();
  private Optional<Columns> columns = Optional.empty();
  private Optional<String> list = Optional.empty();
  private Optional<String> question = Optional.empty();
  private Optional<String> done = Optional.empty();
  private Scope scope = Scope.NONE;
  private boolean paged;

  private ApiVerb(String name, String method, String path, String about) {
    this.name = name;
    this.method = method;
    this.path = path;
    this.about = about;
  }

  static ApiVerb get(String name, String path, String about) {
    return new ApiVerb(name, "GET", path, about);
  }

  static ApiVerb post(String name, String path, String about) {
    return new ApiVerb(name, "POST", path, about);
  }

  static ApiVerb put(String name, String path, String about) {
    return new ApiVerb(name, "PUT", path, about);
  }

  static ApiVerb patch(String name, String path, String about) {
    return new ApiVerb(name, "PATCH", path, about);
  }

  static ApiVerb delete(String name, String path, String about) {
    return new ApiVerb(name, "DELETE", path, about);
  }

  /** Something that must be given, without a dash. */
  ApiVerb argument(String label, String field, Form form, String about) {
    inputs.add(new Input(List.of(), true, label, field, form, about));
    return this;
  }

  ApiVerb argument(String label, String field, String about) {
    return argument(label, field, Form.TEXT, about);
  }

  ApiVerb option(String option, String label, String field, Form form, String about) {
    inputs.add(new Input(List.of(option), false, label, field, form, about));
    return this;
  }

  ApiVerb option(String option, String label, String field, String about) {
    return option(option, label, field, Form.TEXT, about);
  }

  /** An option without which there is nothing to do. */
  ApiVerb needed(String option, String label, String field, Form form, String about) {
    inputs.add(new Input(List.of(option), true, label, field, form, about));
    return this;
  }

  ApiVerb flag(String option, String field, String about) {
    inputs.add(new Input(List.of(option), false, "", field, Form.FLAG, about));
    return this;
  }

  /** The usual three words about a thing. */
  ApiVerb described() {
    return option("--description", "TEXT", "description", "What it is for.");
  }

  /**
   * Sends this too, whatever is given. In a text, <code>{field}</code> stands for what is given
   * there.
   */
  ApiVerb always(String field, Object value) {
    always.put(field, value);
    return this;
  }

  /** Takes a project and a domain, which also narrow a list. */
  ApiVerb scoped() {
    scope = Scope.SENT;
    return this;
  }

  /** Takes a project and a domain to find a name in; they are not sent. */
  ApiVerb scopedNames() {
    scope = Scope.NAMES;
    return this;
  }

  /** Shows the answer, which is one thing. */
  ApiVerb shows(Columns shown) {
    columns = Optional.of(shown);
    return this;
  }

  /** Shows the things in that field of the answer, of all pages. */
  ApiVerb lists(String field, Columns shown) {
    paged = true;
    return listsOnce(field, shown);
  }

  /** Shows the things in that field of the one answer, which has no pages. */
  ApiVerb listsOnce(String field, Columns shown) {
    list = Optional.of(field);
    return shows(shown);
  }

  /** Asks first. */
  ApiVerb asks(String text) {
    question = Optional.of(text);
    return this;
  }

  /** Says afterwards. */
  ApiVerb says(String text) {
    done = Optional.of(text);
    return this;
  }

  Node node(String... aliases) {
    return Node.verb(name, around -> new ApiCall(this, around).spec(), aliases);
  }

  String name() {
    return name;
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  String about() {
    return about;
  }

  List<Input> inputs() {
    return inputs;
  }

  Map<String, Object> always() {
    return always;
  }

  Optional<Columns> columns() {
    return columns;
  }

  Optional<String> list() {
    return list;
  }

  Optional<String> question() {
    return question;
  }

  Optional<String> done() {
    return done;
  }

  Scope scope() {
    return scope;
  }

  boolean isPaged() {
    return paged;
  }

  /** Whether what is given goes into a body. */
  boolean hasBody() {
    return !method.equals("GET") && !method.equals("DELETE");
  }
}
