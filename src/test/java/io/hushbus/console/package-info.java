/**
 * The console as people use it: Chromium against a real broker and database, a view a class.
 *
 * <p>A class takes a {@code ConsoleWorld}, opens a {@code Visit} in each test, and says in roles
 * and labels what a person would do. Whatever goes wrong beside the point fails the test at its
 * end: an error in the page's own log, a refused request that the test did not announce, something
 * kept in the browser, a canary anywhere but where it was typed. Deliberately absent: sleeps,
 * pictures compared by pixels, selectors by class name.
 */
@NullMarked
package io.hushbus.console;

import org.jspecify.annotations.NullMarked;
