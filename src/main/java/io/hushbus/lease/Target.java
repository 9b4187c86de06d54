package io.hushbus.lease;

import io.hushbus.model.Failure;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a task finds what it needs: in variables of its environment, or in files. */
public sealed interface Target {

  /** What a variable may be called where its name is chosen. */
  Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

  /** One variable of that name. */
  record Variable(String name) implements Target {

    public Variable {
      if (!VARIABLE.matcher(name).matches()) {
        throw Failure.invalid("/as_env_var", Failure.Code.BAD_FORMAT);
      }
    }
  }

  /**
   * A file in a directory, or a directory with a file for each key.
   *
   * @param directory absolute, in its one spelling
   * @param fileAs what it is called there; empty: as the secret
   */
  record Mount(String directory, Optional<String> fileAs) implements Target {

    private static final Pattern DIRECTORY = Pattern.compile("(/[A-Za-z0-9._@+ -]{1,255})+");
    private static final Pattern DOTS = Pattern.compile(".*/\\.{1,2}(/.*)?");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9._@+-]{1,255}");
    private static final int LONGEST = 1024;

    public Mount {
      if (directory.length() > LONGEST
          || !DIRECTORY.matcher(directory).matches()
          || DOTS.matcher(directory).matches()) {
        throw Failure.invalid("/mount", Failure.Code.BAD_FORMAT);
      }
      if (fileAs.filter(name -> !isFile(name)).isPresent()) {
        throw Failure.invalid("/file_as", Failure.Code.BAD_FORMAT);
      }
    }

    private static boolean isFile(String name) {
      return FILE.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }
  }

  /**
   * Variables named after the secret: its own name, and that in upper case with {@code _} for other
   * characters; of a key_value secret one for each key.
   *
   * @param prefix before the keys; only where there are keys
   */
  record Usual(Optional<String> prefix) implements Target {

    public Usual {
      if (prefix.filter(text -> !VARIABLE.matcher(text).matches()).isPresent()) {
        throw Failure.invalid("/prefix", Failure.Code.BAD_FORMAT);
      }
    }
  }
}
