/**
 * The trail of what was done, in a form that shows when it was tampered with.
 *
 * <p>Requests write their audit records into a tail, in their own transactions. The {@link
 * io.hushbus.audit.Sealer} moves them, a batch at a time, into one hash chain per tenant, and signs
 * a checkpoint of the chain every so often. The {@link io.hushbus.audit.AuditTrail} reads and
 * exports; the {@link io.hushbus.audit.AuditVerifier} names the first record that is not as it was
 * sealed, with nothing but an export and the published key.
 *
 * <p>Promises: a record that was sealed before the last exported checkpoint cannot be changed,
 * removed or moved without being noticed. Deliberately absent: any repair of a broken chain, and
 * the writing of records, which {@code event.Ledger} does in the transaction of the change.
 */
@NullMarked
package io.hushbus.audit;

import org.jspecify.annotations.NullMarked;
