/** Rotations, sentence by sentence, against a real database. */
@NullMarked
package io.hushbus.rotation;

import org.jspecify.annotations.NullMarked;
