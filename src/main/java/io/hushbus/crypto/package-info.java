/**
 * Seals, opens and authenticates bytes; knows keys, contexts and formats, nothing of HTTP or SQL.
 *
 * <p>Promises: what was sealed for one tenant, secret and version opens for no other; everything
 * stored that does not verify is one failure, {@code Failure.integrity}, and nothing of it is
 * shown; a generator of randomness that fails stops the operation; parsers are strict and never
 * fall back. The byte layouts are in {@code docs/sealed-format.md} and frozen by vectors.
 *
 * <p>Deliberately absent: any choice of algorithm at run time, keys that leave the package as plain
 * bytes, providers registered globally, caches of values. Only {@code CryptoPool} knows Vert.x.
 */
@NullMarked
package io.hushbus.crypto;

import org.jspecify.annotations.NullMarked;
