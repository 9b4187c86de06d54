/**
 * The one way out: every HTTP request that the broker itself makes to a server that somebody named.
 *
 * <p>Promises: https alone; a name is resolved once, every address it has is checked, and the
 * connection goes to an address that was checked; the certificate is verified by name; no redirect
 * is followed; size and time are bounded; nothing is sent that the caller of this package did not
 * give. So whoever may name a URL cannot make the broker reach what only the broker can.
 *
 * <p>Deliberately absent: proxies, cookies, credentials, decompression, connections kept for later.
 */
@NullMarked
package io.hushbus.outbound;

import org.jspecify.annotations.NullMarked;
