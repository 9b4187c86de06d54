package io.hushbus.cli;

import picocli.CommandLine.Command;

/** {@code hushbus audit}: what can be done with audit trails. */
@Command(
    name = "audit",
    description = "Verify audit trails.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = AuditVerify.class)
final class AuditCommand {}
