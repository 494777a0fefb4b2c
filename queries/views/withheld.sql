-- Question: how many figures of the survey are published, and why are the others not?
-- Grain:    one row per edition and dimension.
-- Params:   $editions  years, or null for all
-- Unit:     figures, each one group, answer and weighting.
-- Source:   figures.
select
    figures.edition,
    figures.dimension,
    count(*) filter (where figures.status = 'shown') as shown_count,
    count(*) filter (where figures.status = 'bound') as bound_count,
    count(*) filter (where figures.status = 'too_few') as too_few_count,
    count(*) filter (where figures.status = 'dominated') as dominated_count

from figures

where
    figures.kind = 'survey'
    and ($editions is null or figures.edition = any($editions))

group by figures.edition, figures.dimension

order by figures.edition, figures.dimension
