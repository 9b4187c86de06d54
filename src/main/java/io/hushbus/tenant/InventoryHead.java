package io.hushbus.tenant;

/**
 * What a tenant was to have after one of its changes.
 *
 * @param change how many changes there were: only ever more
 * @param secrets heads, those in the trash included
 * @param highest the highest sequence that any head ever had
 * @param epoch of the tenant's event log
 * @param position the last one given in that log
 * @param mac the broker's, over all of this and the sum of the rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never changed
public record InventoryHead(
    long change, long secrets, long highest, long epoch, long position, byte[] mac) {}
