/**
 * The composition root: {@link io.hushbus.Broker} builds every object, starts them in order and
 * stops them in reverse.
 *
 * <p>Imported by the command line alone. Deliberately absent: decisions. What this package knows is
 * who needs whom.
 */
@NullMarked
package io.hushbus;

import org.jspecify.annotations.NullMarked;
