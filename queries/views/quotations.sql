-- Question: on which page was each published figure quoted?
-- Grain:    one row per indicator and year.
-- Params:   $indicators  ids of the codebook
-- Unit:     that of the indicator.
-- Source:   published.
select
    published.indicator,
    published.year as edition,
    published.amount as estimate,
    published.is_rounded,
    published.source_id,
    published.url

from published

where published.indicator = any($indicators)

order by list_position($indicators, published.indicator), published.year
