/**
 * The web front door: one contract, the order in which a request is checked, and the only code that
 * turns values into bytes on a socket.
 *
 * <p>Promises: nothing of a body is read before its sender is known; a value in a body never
 * becomes a {@code String}; no error repeats what was sent; every failure has one wire form; an
 * operation of the contract has exactly one endpoint and the other way round.
 *
 * <p>Deliberately absent: SQL, keys, file uploads, request decompression, HTTP/2, CORS, sessions
 * and cookies.
 */
@NullMarked
package io.hushbus.http;

import org.jspecify.annotations.NullMarked;
