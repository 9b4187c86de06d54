package io.hushbus.access;

import io.hushbus.model.SecretValue;
import java.time.Duration;

/** A token for the one answer that hands it out, and how long it will hold. */
public record IssuedToken(SecretValue token, Duration lifetime) {}
