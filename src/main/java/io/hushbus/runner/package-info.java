/**
 * What happens around a child process that needs secrets: what it needs, what it finds in its
 * environment and in its files, what may be seen of its output, which signals reach it, and what is
 * done when a value changes while it runs.
 *
 * <p>Promises: a value is in memory, in the child's environment and in files of its user alone, in
 * a file system in memory where there is one, and nothing of it is left behind, also when this
 * process is killed; what the child prints of a leased value is hidden, wherever the chunks of its
 * output end; the child's exit code is the program's. Values reach the child as bytes, never as
 * strings.
 *
 * <p>Deliberately absent: the wire, which {@code client} speaks; options and messages of the
 * command line, which are {@code cli}'s; and any protection from the child itself, which may do
 * with a value what it likes.
 */
@NullMarked
package io.hushbus.runner;

import org.jspecify.annotations.NullMarked;
