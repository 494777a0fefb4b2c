-- Question: what follows for questions nobody is asked, computed from other answers?
-- Grain:    one row per edition, municipality and derived indicator.
-- Params:   none
-- Unit:     that of the answers; null when fewer than min_valid of them are valid.
-- Source:   responses, derivations (from the codebook). Ties of the median go to the lower level.
with

parts as (

    select
        derivations.indicator,
        derivations.rule,
        derivations.min_valid,
        responses.edition,
        responses.municipality_code,
        responses.is_synthetic,
        count(responses.answer) as valid_count,
        quantile_disc(responses.answer, 0.5) as median_low,
        min(responses.answer) as minimum

    from derivations

    inner join responses
        on derivations.source_indicator = responses.indicator

    group by
        derivations.indicator,
        derivations.rule,
        derivations.min_valid,
        responses.edition,
        responses.municipality_code,
        responses.is_synthetic

)

select
    parts.edition,
    parts.municipality_code,
    parts.indicator,
    parts.is_synthetic,
    '' as choice,
    case
        when parts.valid_count < parts.min_valid then null
        when parts.rule = 'median_low' then parts.median_low
        when parts.rule = 'minimum' then parts.minimum
    end as answer,
    case when parts.valid_count < parts.min_valid then 'not_answered' end as reason

from parts

order by parts.edition, parts.municipality_code, parts.indicator
