package io.hushbus.cli;

import picocli.CommandLine.Command;

/** {@code hushbus key}: the keys that protect secrets, seen and changed by an operator. */
@Command(
    name = "key",
    description = "Rotate the keys that protect secrets, and show where they stand.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {KeyRotate.class, KeyStatus.class})
final class KeyCommand {}
