/**
 * Stories of callers of the HTTP interface, kept as text in {@code src/test/resources/scenarios}:
 * what is sent, and what must come back.
 *
 * <p>Promises: each story has tenants of its own; every value in it is a canary, which afterwards
 * is searched for in tables, log, metrics, problems and notices. Deliberately absent: anything that
 * a client of the interface could not do or see.
 */
@NullMarked
package io.hushbus.scenarios;

import org.jspecify.annotations.NullMarked;
