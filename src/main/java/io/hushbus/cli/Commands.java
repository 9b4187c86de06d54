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
        verb("login", Login::new),
        verb("whoami", WhoAmI::new),
        secret().alias("secrets"),
        environment().alias("env"),
        verb("explain", Explain::new),
        verb("run", RunCommand::new),
        verb("render", RenderCommand::new),
        project(),
        audit(),
        key(),
        config(),
        noun("create", "Make things, in Flyte's order.", verb("secret", CreateSecret::new)),
        noun("get", "Show things, in Flyte's order.", verb("secret", GetSecret::new)),
        noun("delete", "Delete things, in Flyte's order.", verb("secret", DeleteSecret::new)),
        verb("completion", CompletionCommand::new),
        verb("help", around -> new CommandLine.HelpCommand()));
  }

  private static Node secret() {
    return noun(
        "secret",
        "Secrets and their versions.",
        verb("create", SecretCreate::new),
        verb("list", SecretList::new, "ls"),
        verb("get", SecretGet::new),
        verb("set", SecretSet::new, "put"),
        verb("patch", SecretPatch::new),
        verb("delete", SecretDelete::new, "rm"),
        verb("restore", SecretRestore::new),
        verb("clone", SecretClone::new),
        verb("share", SecretShare::new),
        verb("unshare", SecretUnshare::new),
        verb("adopt", SecretAdopt::new),
        verb("bind", SecretBind::new),
        verb("usage", SecretUsage::new),
        verb("history", SecretHistory::new),
        verb("rollback", SecretRollback::new),
        verb("rotate", SecretRotate::new));
  }

  private static Node environment() {
    return noun(
        "environment",
        "What tasks get: named lists of secrets.",
        verb("apply", EnvironmentApply::new),
        verb("list", EnvironmentList::new, "ls"),
        verb("get", EnvironmentGet::new),
        verb("delete", EnvironmentDelete::new, "rm"));
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
