-- Question: where does a municipality's official figure lie among those of its peers?
-- Grain:    one row per indicator and basis with a figure of the year.
-- Params:   $indicators    ids of the codebook
--           $edition       year
--           $municipality  code, or null for a group without one of its own
--           $groups        the groups that peers are in, all of them, as dimension=code
--           $municipalities  codes of a set of municipalities, or null for all in the groups
-- Unit:     that of the indicator.
-- Source:   members, official. Peers without a figure are counted in population_count only.
with

peers as (

    select members.municipality_code

    from members

    where
        members.year = $edition
        and members.dimension || '=' || members.group_code = any($groups)
        and ($municipalities is null or members.municipality_code = any($municipalities))

    group by members.municipality_code

    having count(*) = len($groups)

),

own as (

    select
        official.indicator,
        official.basis,
        official.amount

    from official

    where
        official.year = $edition
        and official.municipality_code = $municipality

),

counted as (

    select count(*) as population_count

    from peers

)

select
    official.indicator,
    official.basis,
    any_value(counted.population_count) as population_count,
    count(peers.municipality_code) as answer_count,
    median(official.amount) filter (
        where peers.municipality_code is not null
    ) as median,
    quantile_cont(official.amount, 0.25) filter (
        where peers.municipality_code is not null
    ) as quartile_low,
    quantile_cont(official.amount, 0.75) filter (
        where peers.municipality_code is not null
    ) as quartile_high,
    sum(official.numerator) filter (
        where peers.municipality_code is not null
    ) / sum(official.denominator) filter (
        where peers.municipality_code is not null
    ) as pooled,
    any_value(own.amount) as amount,
    count(*) filter (
        where peers.municipality_code is not null and official.amount > own.amount
    ) as higher_count

from official

cross join counted

left join peers
    on official.municipality_code = peers.municipality_code

left join own
    on
        official.indicator = own.indicator
        and official.basis = own.basis

where
    official.year = $edition
    and official.indicator = any($indicators)
    and official.amount is not null

group by official.indicator, official.basis

order by
    list_position($indicators, official.indicator),
    official.basis desc
