/**
 * What concurrent callers have seen of a system, and whether a correct one could have shown it:
 * histories, a checker for each promise, and a model of a broker with the defects that the checkers
 * are for.
 *
 * <p>Promises: a checker is a function of a history, knows nothing of how it came about, and shows
 * the smallest part of it that tells. Deliberately absent: brokers, databases and faults, which are
 * in {@code faults}; values of secrets, of which a history has numbers only.
 */
@NullMarked
package io.hushbus.history;

import org.jspecify.annotations.NullMarked;
