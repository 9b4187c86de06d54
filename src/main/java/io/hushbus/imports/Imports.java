package io.hushbus.imports;

import java.util.List;
import java.util.Optional;

/** Reads a whole file, in the format that is named or that it shows itself to have. */
public final class Imports {

  /** The largest file that is read, in bytes. */
  public static final int LARGEST_FILE = 16 << 20;

  private Imports() {}

  /**
   * All secrets of a file, or all problems with it. The caller closes what it gets and wipes {@code
   * content}.
   *
   * @param format empty: to be seen from the name and the content
   * @param fileName where it came from; empty if it has no name
   */
  public static Reading read(
      Optional<Format> format, byte[] content, String fileName, Wishes wishes) {
    Findings findings = new Findings(wishes);
    if (content.length > LARGEST_FILE) {
      findings.problem(0, "the file is larger than 16 MiB: split it");
      return findings.reading();
    }
    if (format.or(() -> Format.ofFile(fileName)).filter(Format.DOTENV::equals).isPresent()) {
      Dotenv.read(content, findings);
      return findings.reading();
    }
    if (format.isEmpty() && !Format.isTree(content, fileName)) {
      findings.problem(0, "it does not show what it is: give --format");
      return findings.reading();
    }
    documents(format, content, findings);
    return findings.reading();
  }

  private static void documents(Optional<Format> format, byte[] content, Findings findings) {
    try {
      List<Tree> documents =
          Format.looksLikeJson(content)
              ? JsonTree.read(content, findings)
              : YamlTree.read(content, findings);
      Format seen =
          format.or(() -> documents.stream().findFirst().map(Format::of)).orElse(Format.JSON);
      documents.forEach(document -> read(seen, document, findings));
      documents.forEach(Tree::close);
    } catch (Unreadable none) {
      findings.problem(none.line(), String.valueOf(none.getMessage()));
    }
  }

  private static void read(Format format, Tree document, Findings findings) {
    switch (format) {
      case JSON -> new PlainReader(findings).read(document);
      case KUBERNETES -> new ManifestReader(findings).read(document);
      case VAULT -> new VaultReader(findings).read(document);
      case DOTENV -> throw new IllegalStateException("dotenv is read line by line, not as a tree");
    }
  }
}
