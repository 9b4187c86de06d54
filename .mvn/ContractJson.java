import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Turns the contract, which is written as YAML, into the JSON that the program carries: reading 200
 * KB of YAML takes a fresh JVM longer than all the rest of its routes.
 */
final class ContractJson {

  private ContractJson() {}

  public static void main(String[] files) throws Exception {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    try (BufferedReader in = Files.newBufferedReader(Path.of(files[0]))) {
      Map<String, Object> document = new Yaml(new SafeConstructor(strict)).load(in);
      Path out = Path.of(files[1]);
      Files.createDirectories(out.getParent());
      Files.writeString(out, new JsonObject(document).encode());
    }
  }
}
