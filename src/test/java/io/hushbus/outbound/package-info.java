/** Tests of the one way out. */
@NullMarked
package io.hushbus.outbound;

import org.jspecify.annotations.NullMarked;
