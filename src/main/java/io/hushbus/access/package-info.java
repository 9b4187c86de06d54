/**
 * Who is calling, and may they.
 *
 * <p>Promises: one place decides ({@link io.hushbus.access.AccessPolicy}, by the pure table of
 * {@link io.hushbus.access.AccessRule}) and is the only maker of a {@link io.hushbus.model.Grant};
 * a denial is audited and looks like absence to those who may not list; an account, key, binding or
 * token that was removed stops working within five seconds on every node; every wrong credential
 * fails alike, and a malformed one never reaches the database; keys and tokens are in no log, text
 * form or exception.
 *
 * <p>Deliberately absent: sessions, passwords, tokens that live on without their key, and any right
 * of an operator in another tenant than the operators' own.
 */
@NullMarked
package io.hushbus.access;

import org.jspecify.annotations.NullMarked;
