/**
 * Tests of {@link io.hushbus.access}: the rules as a literal table, the rest on a real database.
 */
@NullMarked
package io.hushbus.access;

import org.jspecify.annotations.NullMarked;
