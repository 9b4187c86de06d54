package io.hushbus.secret;

/**
 * A version sealed and not yet written: the head as it will be with it, the version, and its
 * ciphertext.
 */
record Draft(Secret head, Version version, byte[] sealed) {}
