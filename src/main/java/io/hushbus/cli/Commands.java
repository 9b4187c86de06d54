package io.hushbus.cli;

import static io.hushbus.cli.Node.noun;
import static io.hushbus.cli.Node.verb;

import picocli.CommandLine;

/** All commands: the one table of what the program can be told. */
final class Commands {

  private Commands() {}

  static Node tree() {
    return noun(
        "hushbus",
        "A secret broker that knows who holds which version.",
        verb("dev", around -> new DevCommand()),
        verb("server", around -> new ServerCommand()),
        verb("init", around -> new InitCommand()),
        verb("migrate", around -> new MigrateCommand()),
        verb("check-config", around -> new CheckConfigCommand()),
        verb("whoami", WhoAmI::new),
        verb("run", RunCommand::new),
        verb("render", RenderCommand::new),
        project(),
        audit(),
        key(),
        config(),
        verb("completion", CompletionCommand::new),
        verb("help", around -> new CommandLine.HelpCommand()));
  }

  private static Node project() {
    return noun(
        "project",
        "Projects, where most secrets live.",
        verb("create", ProjectCreate::new),
        verb("list", ProjectList::new, "ls"),
        verb("get", ProjectGet::new));
  }

  private static Node audit() {
    return noun("audit", "The audit trail.", verb("verify", around -> new AuditVerify()));
  }

  private static Node key() {
    return noun(
        "key",
        "The keys that protect everything else.",
        verb("rotate", KeyRotate::new),
        verb("status", KeyStatus::new));
  }

  private static Node config() {
    return noun(
        "config",
        "The settings of the command line.",
        verb("explain", ConfigExplain::new),
        noun(
            "profile",
            "Named settings in the user's file.",
            verb("list", ProfileList::new, "ls"),
            verb("use", ProfileUse::new),
            verb("set", ProfileSet::new)));
  }
}
