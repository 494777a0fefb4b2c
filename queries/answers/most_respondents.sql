-- Question: how many municipalities answered the edition that most answered?
-- Grain:    one row.
-- Params:   none
-- Unit:     municipalities; 0 when nobody answered.
-- Source:   weighted_units.
with

editions as (

    select
        weighted_units.edition,
        count(*) as respondent_count

    from weighted_units

    group by weighted_units.edition

)

select coalesce(max(editions.respondent_count), 0) as respondent_count

from editions
