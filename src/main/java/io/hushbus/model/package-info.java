/**
 * The words of the domain: immutable values, parsed once and valid ever after.
 *
 * <p>Imports {@code java.base} alone. A name that exists as one of these types has passed its rule,
 * so no later layer checks it again. A value of a secret exists as {@link
 * io.hushbus.model.SecretValue} and as nothing else; an authorisation exists as {@link
 * io.hushbus.model.Grant}, made by the access policy only; an expected failure is a {@link
 * io.hushbus.model.Failure} that carries facts and never a text from outside.
 *
 * <p>Deliberately absent: clocks (time is passed in), JSON forms, anything mutable but {@code
 * SecretValue}, which can be wiped.
 */
@NullMarked
package io.hushbus.model;

import org.jspecify.annotations.NullMarked;
