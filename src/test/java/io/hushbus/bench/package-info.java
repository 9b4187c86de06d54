/**
 * Measurements that decisions rest on; each is a program with a main method, run by hand.
 *
 * <p>Promises: every figure is a ratio of two sides measured in one run, in alternating rounds.
 */
@NullMarked
package io.hushbus.bench;

import org.jspecify.annotations.NullMarked;
