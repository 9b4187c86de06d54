/**
 * Proof over the whole interface, driven by the contract: what holds for one operation is shown for
 * all of them, so that a new one is covered on the day it is written.
 *
 * <p>Promises: a test here fails for an operation that it cannot call, and says what to add. {@code
 * docs/requirements.md} says which test shows which requirement. Deliberately absent: what one
 * service promises; that is tested beside it.
 */
@NullMarked
package io.hushbus.proof;

import org.jspecify.annotations.NullMarked;
