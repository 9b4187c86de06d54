/**
 * The composition root: {@link io.hushbus.Broker} builds every object, starts them in order and
 * stops them in reverse. Each {@code Parts} wires one group of them on the common {@code Ground};
 * what runs by itself leaves its end with {@code Endings}.
 *
 * <p>Imported by the command line alone. Deliberately absent: decisions. What this package knows is
 * who needs whom.
 */
@NullMarked
package io.hushbus;

import org.jspecify.annotations.NullMarked;
