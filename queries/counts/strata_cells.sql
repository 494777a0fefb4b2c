-- Question: how many municipalities are there, and how many answered, in each cell of the design?
-- Grain:    one row per edition and cell; cells without answers included.
-- Params:   none
-- Unit:     municipalities.
-- Source:   units (register of the edition's year), responses.
with

answering as (

    select distinct
        responses.edition,
        responses.municipality_code

    from responses

)

select
    units.edition,
    units.cell,
    count(*) as population_count,
    count(answering.municipality_code) as respondent_count

from units

left join answering
    on
        units.edition = answering.edition
        and units.municipality_code = answering.municipality_code

group by units.edition, units.cell

order by units.edition, units.cell
