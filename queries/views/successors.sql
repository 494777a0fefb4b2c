-- Question: what became of municipalities that no longer exist?
-- Grain:    one row per former municipality.
-- Params:   none
-- Unit:     none.
-- Source:   mergers.
select
    mergers.old_code,
    mergers.new_code,
    mergers.old_name,
    mergers.new_name

from mergers

order by mergers.old_code
