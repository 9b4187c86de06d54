package io.hushbus.model;

import java.util.UUID;

/**
 * Where a request came from: its id, and the network address of its sender as far as it can be
 * trusted.
 *
 * @param id a UUID of version 7, or the caller's own well-formed request id
 */
public record RequestContext(UUID id, String source) {}
