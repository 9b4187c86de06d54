package io.hushbus.cli;

import static io.hushbus.cli.Node.noun;
import static io.hushbus.cli.Node.verb;

import java.util.stream.Stream;
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
        noun("secret", "Secrets and their versions.", Commands::secret).alias("secrets"),
        noun("environment", "What tasks get: named lists of secrets.", Commands::environment)
            .alias("env"),
        verb("explain", Explain::new),
        verb("run", RunCommand::new),
        verb("render", RenderCommand::new),
        noun("project", "Projects, where most secrets live.", Commands::project),
        noun("community", "Communities, in which projects share.", TenancyNouns::community),
        noun("domain", "Domains, such as development and production.", TenancyNouns::domain),
        noun("role", "Roles of service accounts.", TenancyNouns::role),
        noun(
            "service-account",
            "Accounts of programs, with their keys.",
            TenancyNouns::serviceAccount),
        noun(
            "identity-provider",
            "Others whose tokens are believed.",
            TenancyNouns::identityProvider),
        noun("lease", "Who holds which version, and until when.", WorkNouns::lease),
        noun("runs", "Executions of tasks, which hold leases.", WorkNouns::runs),
        noun("rotation", "Changes of values: announced, drained, retired.", WorkNouns::rotation),
        noun("events", "Notices of what changes.", Commands::events),
        noun("subscription", "Durable readers of notices.", WorkNouns::subscription),
        noun("webhook", "Addresses that notices are posted to.", WorkNouns::webhook),
        noun("tenant", "Tenants; for operators.", TenancyNouns::tenant),
        noun("node", "The nodes of the broker; for operators.", TenancyNouns::node),
        noun("operation", "Long work; for operators.", TenancyNouns::operation),
        noun("audit", "The audit trail.", Commands::audit),
        WorkNouns.stats(),
        verb("backup", BackupCommand::new),
        verb("restore", RestoreCommand::new),
        verb("import", ImportCommand::new),
        verb("export", ExportCommand::new),
        verb("doctor", DoctorCommand::new),
        key(),
        config(),
        noun("create", "Make things, in Flyte's order.", verb("secret", CreateSecret::new)),
        noun("get", "Show things, in Flyte's order.", verb("secret", GetSecret::new)),
        noun("delete", "Delete things, in Flyte's order.", verb("secret", DeleteSecret::new)),
        verb("completion", CompletionCommand::new),
        verb("help", around -> new CommandLine.HelpCommand()));
  }

  private static Node[] secret() {
    return with(
        WorkNouns.secret(),
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

  private static Node[] environment() {
    return new Node[] {
      verb("apply", EnvironmentApply::new),
      verb("list", EnvironmentList::new, "ls"),
      verb("get", EnvironmentGet::new),
      verb("delete", EnvironmentDelete::new, "rm")
    };
  }

  private static Node[] project() {
    return with(
        TenancyNouns.project(),
        verb("create", ProjectCreate::new),
        verb("list", ProjectList::new, "ls"),
        verb("get", ProjectGet::new));
  }

  private static Node[] events() {
    return new Node[] {verb("tail", EventsTail::new)};
  }

  private static Node[] audit() {
    return with(WorkNouns.audit(), verb("verify", around -> new AuditVerify()));
  }

  private static Node[] with(Node[] others, Node... first) {
    return Stream.concat(Stream.of(first), Stream.of(others)).toArray(Node[]::new);
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
