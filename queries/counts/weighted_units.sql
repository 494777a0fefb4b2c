-- Question: which stratum is each municipality in, and what does it weigh?
-- Grain:    one row per edition and municipality that answered.
-- Params:   none
-- Unit:     weight is the number of municipalities that one answering municipality stands for.
-- Source:   units, strata (cells joined where too thin), responses.weight where a file brings one.
with

answering as (

    select
        responses.edition,
        responses.municipality_code,
        max(responses.weight) as given_weight

    from responses

    group by responses.edition, responses.municipality_code

)

select
    units.edition,
    units.municipality_code,
    units.inhabitants::double as inhabitants,
    strata.stratum,
    strata.population_count,
    strata.respondent_count,
    coalesce(
        answering.given_weight,
        strata.population_count::double / strata.respondent_count
    ) as weight

from answering

inner join units
    on
        answering.edition = units.edition
        and answering.municipality_code = units.municipality_code

inner join strata
    on
        units.edition = strata.edition
        and units.cell = strata.cell

order by units.edition, units.municipality_code
