/**
 * The one configuration record and the strict reader that makes it.
 *
 * <p>Promises: a key that is not known is an error that names the nearest known one; all problems
 * are told at once; what is printed holds no secret, because only listed keys are printed.
 *
 * <p>Deliberately absent: reloading. A configuration is read once, at start.
 */
@NullMarked
package io.hushbus.config;

import org.jspecify.annotations.NullMarked;
