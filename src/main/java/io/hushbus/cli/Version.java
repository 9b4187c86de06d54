package io.hushbus.cli;

import picocli.CommandLine;

/** The version of the program, as the jar says it. */
final class Version implements CommandLine.IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Main.class.getPackage().getImplementationVersion();
    return new String[] {"hushbus " + (version == null ? "(not from a jar)" : version)};
  }
}
