package io.hushbus.access;

import io.hushbus.model.SecretValue;

/** A key that was just made, with the key itself: for the one answer that shows it. */
public record NewKey(AccountKey facts, SecretValue key) {}
