/**
 * The Java client: the broker's public HTTP interface as methods.
 *
 * <p>Promises: blocks until there is an answer or its deadline has passed; whatever the broker
 * refuses is one exception with the problem's code ({@link io.hushbus.client.Refused}), whatever
 * keeps it from being reached another ({@link io.hushbus.client.Unreachable}). Stands on the JDK's
 * HTTP client and a streaming JSON parser alone, so that it can ship as a small jar.
 *
 * <p>Deliberately absent: retries of what is not known to be harmless, caches, anything of the
 * broker's inside, and redirects, which would carry a token elsewhere.
 */
@NullMarked
package io.hushbus.client;

import org.jspecify.annotations.NullMarked;
