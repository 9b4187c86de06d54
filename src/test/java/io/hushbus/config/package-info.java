/** Tests of the configuration and its strict reader. */
@NullMarked
package io.hushbus.config;

import org.jspecify.annotations.NullMarked;
