/**
 * The event-bus front door: for verticles of other processes the TCP event-bus bridge and the
 * SockJS bridge, and for trusted verticles of this process or cluster the notices themselves.
 *
 * <p>Promises: a closed list of addresses; every frame that asks for something is authorised by the
 * token in its own headers; the operations behind the addresses are those of HTTP, with the same
 * checks and the same failures; values travel only sealed; whatever a peer may hold on to has a
 * cap. What comes over a cluster is a hint to look, never a fact.
 *
 * <p>Deliberately absent: the bridges of Vert.x itself (they have no caps, and log what they are
 * sent), and messages of bridges on the event bus: a frame goes to its operation and nowhere else.
 */
@NullMarked
package io.hushbus.bus;

import org.jspecify.annotations.NullMarked;
