package io.hushbus.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads a YAML document of nested maps and scalars into dotted names and texts. Every scalar stays
 * the text it was written as: no {@code no} becomes false, no number loses its form.
 */
final class FlatYaml {

  private static final int MAX_CHARACTERS = 256 * 1024;
  private static final int MAX_ALIASES = 10;
  private static final int MAX_DEPTH = 8;

  /** Sees no types but null in scalars. */
  private static final class TextOnly extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.NULL, NULL, "~nN\0");
      addImplicitResolver(Tag.NULL, EMPTY, null);
    }
  }

  private FlatYaml() {}

  /** The names and texts of a document; what cannot be read is added to {@code problems}. */
  static Map<String, String> read(String document, List<String> problems) {
    Map<String, String> flat = new LinkedHashMap<>();
    try {
      Object root = yaml().load(document);
      if (root instanceof Map<?, ?> map) {
        flatten("", map, flat, problems);
      } else if (root != null) {
        problems.add("the file must be a map of sections");
      }
    } catch (MarkedYAMLException wrong) {
      problems.add("not YAML" + line(wrong) + ": " + wrong.getProblem());
    } catch (YAMLException | StackOverflowError wrong) {
      problems.add("not YAML, or more than a configuration needs");
    }
    return flat;
  }

  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setAllowRecursiveKeys(false);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(MAX_CHARACTERS);
    DumperOptions unused = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options), new Representer(unused), unused, options, new TextOnly());
  }

  private static void flatten(
      String prefix, Map<?, ?> map, Map<String, String> flat, List<String> problems) {
    map.forEach(
        (key, value) -> {
          String name = prefix + key;
          switch (value) {
            case null -> {}
            case Map<?, ?> inner when name.length() < 200 ->
                flatten(name + ".", inner, flat, problems);
            case String text -> flat.put(name, text);
            default -> problems.add(name + ": must be one value");
          }
        });
  }

  private static String line(MarkedYAMLException wrong) {
    return wrong.getProblemMark() == null
        ? ""
        : " in line " + (wrong.getProblemMark().getLine() + 1);
  }
}
