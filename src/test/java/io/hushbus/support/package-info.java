/**
 * What tests of several packages stand on: a real database for each test class, a {@code World} of
 * services on it, one {@code TenantWorld} for each tenant.
 *
 * <p>Promises: never skipped, never mocked; whatever a test stores as a {@code Canary} is searched
 * for in every table and log line when its world closes. A {@code Saboteur} ends the broker's
 * database sessions at any statement. Deliberately absent: the front doors, and rights: a tenant
 * world hands out any grant.
 */
@NullMarked
package io.hushbus.support;

import org.jspecify.annotations.NullMarked;
