package io.hushbus.runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a child is run.
 *
 * @param command what is run
 * @param directory in which
 * @param environment of this process, which the child gets
 * @param withheld variables that it does not get
 * @param plain variables beside it that are no secrets
 * @param descriptors of this process for its standard input, output and error
 * @param mask whether values are hidden in its output
 * @param preserve whether variables that are there come before secrets of the same name
 * @param grace between TERM and KILL, when it is started anew
 * @param stopWhenLost whether it ends when a lease does
 */
public record TaskSettings(
    Command command,
    Path directory,
    Map<String, String> environment,
    Set<String> withheld,
    Map<String, String> plain,
    List<Integer> descriptors,
    boolean mask,
    boolean preserve,
    Duration grace,
    boolean stopWhenLost) {}
