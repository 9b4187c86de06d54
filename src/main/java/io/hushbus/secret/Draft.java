package io.hushbus.secret;

import java.util.List;

/**
 * A version sealed and not yet written: the head as it will be with it, the version, its
 * ciphertext, and the sizes of its entries.
 */
record Draft(Secret head, Version version, byte[] sealed, List<EntrySize> sizes) {}
