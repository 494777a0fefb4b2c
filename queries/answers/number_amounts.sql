-- Question: which answers are numbers, of which a median can be taken?
-- Grain:    one row per edition, municipality and indicator.
-- Params:   none
-- Unit:     that of the answer.
-- Source:   amounts, number_indicators (from the codebook).
select
    amounts.edition,
    amounts.municipality_code,
    amounts.indicator,
    amounts.amount

from amounts

inner join number_indicators
    on amounts.indicator = number_indicators.indicator

order by amounts.edition, amounts.indicator, amounts.municipality_code
