/** Tests of the database's door, its migrations and the embedded server. */
@NullMarked
package io.hushbus.db;

import org.jspecify.annotations.NullMarked;
