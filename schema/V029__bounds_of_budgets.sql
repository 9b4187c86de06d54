-- No more than this is live or reserved of the budget, by anybody: what was counted last, and all that was reserved since. So it is counted
-- anew only where that would not leave room. The same in all rows of a budget; none: nobody has counted yet.
ALTER TABLE lease_share ADD COLUMN at_most bigint;
