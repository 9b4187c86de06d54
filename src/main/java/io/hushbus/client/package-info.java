/**
 * The Java client: the broker's public interface as methods.
 *
 * <p>Promises: every wait has a deadline; whatever the broker refuses is one exception with the
 * problem's code ({@link io.hushbus.client.Refused}), whatever keeps it from being reached another
 * ({@link io.hushbus.client.Unreachable}). Values come and go as {@link
 * io.hushbus.model.SecretValue} and are never text on the way. Stands on the JDK's HTTP client, the
 * futures of Vert.x and a streaming JSON parser alone, so that it can ship as a small jar.
 *
 * <p>Deliberately absent: retries of what is not known to be harmless, caches, anything of the
 * broker's inside, and redirects, which would carry a token elsewhere.
 */
@NullMarked
package io.hushbus.client;

import org.jspecify.annotations.NullMarked;
