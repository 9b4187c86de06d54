/**
 * Every metric the broker emits, as named methods.
 *
 * <p>Promises: nobody else touches the registry, so this package is the full list; labels come from
 * closed sets (operation ids, status, problem codes), so their number is bounded and no name,
 * tenant or value can get into them.
 *
 * <p>Deliberately absent: HTTP (the management listener shows what {@link
 * io.hushbus.telemetry.Telemetry#scrape()} gives), logs, and metrics by tenant.
 */
@NullMarked
package io.hushbus.telemetry;

import org.jspecify.annotations.NullMarked;
