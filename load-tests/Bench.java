import java.nio.file.Path;

/** What a stage is given: where to work, the database, and how long to take. */
record Bench(Path work, Database database, Options options) {

  int rounds() {
    return options.number("--rounds", 5, 1);
  }

  double seconds() {
    return options.text("--seconds").map(Double::parseDouble).orElse(smoke() ? 0.3 : 3.0);
  }

  /** How many of something, far fewer where only a look is wanted. */
  int many(String name, int usual, int smoke) {
    return options.number(name, usual, smoke);
  }

  boolean smoke() {
    return options.smoke();
  }
}
