/**
 * Versions of named secrets: what a secret is, where it lives, which version is current.
 *
 * <p>Also what projects share: a secret is visible in a community by a share, and found in another
 * project by an adoption. Both rows carry a MAC, and one that does not verify gives nothing. An
 * adoption is looked for at every use, so that nothing outlives its end.
 *
 * <p>The only package that puts keys and values together: it seals what is written and opens what a
 * lease, recorded before, hands out. Every head and every version row carries a MAC over the
 * columns that decide anything, checked whenever a decision is made from it. Version numbers only
 * grow under a name, also over deletion and re-creation.
 *
 * <p>Deliberately absent: who may (a {@link io.hushbus.model.Grant} is proof that somebody asked),
 * leases, JSON.
 */
@NullMarked
package io.hushbus.secret;

import org.jspecify.annotations.NullMarked;
