/**
 * Whose things are, and under whose keys: the installation, its tenants, their communities,
 * projects, domains and key generations.
 *
 * <p>Promises: a tenant is complete from the moment its name is visible (keys, event counter, audit
 * chain, default domains in one transaction); a wrong root key is found before anything is written;
 * caches here are bounded, keyed by tenant first, and never remember that something is absent.
 *
 * <p>Deliberately absent: who may do any of this (that is {@code access}; services here take a
 * grant), accounts and roles, and values of secrets.
 */
@NullMarked
package io.hushbus.tenant;

import org.jspecify.annotations.NullMarked;
