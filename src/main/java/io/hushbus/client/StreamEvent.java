package io.hushbus.client;

/**
 * One event of a stream, as it came.
 *
 * @param id the cursor behind it
 * @param type such as {@code io.hushbus.secret.version.announced.v1}
 * @param data JSON text; it never holds a value
 */
public record StreamEvent(String id, String type, String data) {}
