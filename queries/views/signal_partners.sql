-- Question: which chain partners do the released signals name?
-- Grain:    one row per partner.
-- Params:   none
-- Unit:     none.
-- Source:   signals.
select distinct signals.partner

from signals

where signals.partner is not null

order by signals.partner
