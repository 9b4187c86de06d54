/**
 * The command line: {@code Main}, and one class a command.
 *
 * <p>Commands turn arguments into calls, and expected failures into one clear line on standard
 * error that ends with the next step to take, and an exit code: 0 ok, 1 general, 2 usage, 3 not
 * found, 4 denied, 5 conflict, 6 over budget, 7 unreachable. Data goes to standard output,
 * everything else to standard error.
 *
 * <p>Deliberately absent: rules of the domain. A command that changes secrets will speak to a
 * broker over HTTP like anybody else.
 */
@NullMarked
package io.hushbus.cli;

import org.jspecify.annotations.NullMarked;
