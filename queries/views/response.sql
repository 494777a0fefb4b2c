-- Question: how many municipalities took part in an edition, group by group?
-- Grain:    one row per edition, dimension and group.
-- Params:   $editions    years, or null for all
--           $dimensions  dimensions, or null for all
-- Unit:     municipalities.
-- Source:   response.
select
    response.edition,
    response.dimension,
    response.group_code,
    response.population_count,
    response.respondent_count

from response

where
    ($editions is null or response.edition = any($editions))
    and ($dimensions is null or response.dimension = any($dimensions))

order by response.edition, response.dimension, response.group_code
