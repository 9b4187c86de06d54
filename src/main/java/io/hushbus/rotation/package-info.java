/**
 * Rotations: how the holders of one version come to the next, and when a secret is due for one.
 *
 * <p>Every new version of a secret begins a rotation, in the transaction that writes it. What
 * decides (which version is valid for whom, until when) is in rows from that moment on and read at
 * each use; the loop only carries out what is over: it retires versions, names who was left behind,
 * ends their leases, starts what a policy wants. Two loops at once, or none for an hour, change no
 * decision.
 *
 * <p>Deliberately absent: keys and values, but those that it generates or a hook brings; how
 * holders are told.
 */
@NullMarked
package io.hushbus.rotation;

import org.jspecify.annotations.NullMarked;
