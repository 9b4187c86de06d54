/** Tests of {@link io.hushbus.tenant}, on a real database. */
@NullMarked
package io.hushbus.tenant;

import org.jspecify.annotations.NullMarked;
