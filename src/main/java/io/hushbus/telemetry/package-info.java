/**
 * What the broker says about itself: every metric and trace it emits, as named methods, and how an
 * exception is written into the log.
 *
 * <p>Promises that nothing here can hold a value: labels come from closed sets, no name of a
 * tenant, project or secret is one, and exceptions are logged without their messages.
 *
 * <p>Deliberately absent: a general way to count or record; what is not a method here is not
 * emitted.
 */
@NullMarked
package io.hushbus.telemetry;

import org.jspecify.annotations.NullMarked;
