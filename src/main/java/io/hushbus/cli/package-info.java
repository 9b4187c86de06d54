/**
 * The command line: {@code Main}, the table of its words ({@code Commands}), and one class a
 * command.
 *
 * <p>Commands turn arguments into calls, and expected failures into one clear message on standard
 * error that ends with the next step to take, and an exit code: 0 ok, 1 general, 2 usage, 3 not
 * found, 4 denied, 5 conflict, 6 over budget, 7 unreachable, 8 partial. Data goes to standard
 * output, everything else to standard error. A command sees the process it runs in through its
 * {@code Surroundings} alone, and speaks to a broker through its {@code Session}.
 *
 * <p>A value of a secret is read into a {@code SecretValue} and shown only where that was asked
 * for. Deliberately absent: rules of the domain. But for those that run a broker, commands use the
 * public HTTP interface like anybody else.
 */
@NullMarked
package io.hushbus.cli;

import org.jspecify.annotations.NullMarked;
