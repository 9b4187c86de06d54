/**
 * What tests of several packages stand on: a real database for each test class.
 *
 * <p>Promises: never skipped, never mocked. Deliberately absent: anything that knows the domain.
 */
@NullMarked
package io.hushbus.support;

import org.jspecify.annotations.NullMarked;
