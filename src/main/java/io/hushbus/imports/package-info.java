/**
 * Reads secrets out of the files of other programs: dotenv, JSON, YAML, Kubernetes manifests, what
 * Vault and OpenBao print.
 *
 * <p>Promises: pure functions from bytes to secrets. Either everything is read, or every problem is
 * told at once, each with its line; no problem repeats a value, nor a name that might be one. Sizes
 * and counts are bounded. Values go from bytes to bytes and never become strings, but for one
 * place: the YAML library knows nothing but strings ({@link YamlTree}).
 *
 * <p>Deliberately absent: a broker. What to do with what was read is the caller's affair, as is the
 * file: nothing here opens one.
 */
@NullMarked
package io.hushbus.imports;

import org.jspecify.annotations.NullMarked;
