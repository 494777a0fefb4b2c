-- Question: who answered that is not in the register of the edition's year?
-- Grain:    one row per edition and municipality.
-- Params:   none
-- Unit:     none.
-- Source:   responses, units.
select distinct
    responses.edition,
    responses.municipality_code

from responses

left join units
    on
        responses.edition = units.edition
        and responses.municipality_code = units.municipality_code

where units.municipality_code is null

order by responses.edition, responses.municipality_code
