/** Tests of {@link io.hushbus.delivery}: readers against a real log, and the pure parts alone. */
@NullMarked
package io.hushbus.delivery;

import org.jspecify.annotations.NullMarked;
