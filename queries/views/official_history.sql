-- Question: how did official figures of a municipality, of a group and of everyone go?
-- Grain:    one row per indicator, basis and year with a figure.
-- Params:   $indicators    ids of the codebook
--           $municipality  code, or null
--           $groups        the groups that the group is made of, as dimension=code; none for nobody
-- Unit:     that of the indicator. Medians are over municipalities, as groups were in that year.
-- Source:   members, official.
with

peers as (

    select
        members.year,
        members.municipality_code

    from members

    where members.dimension || '=' || members.group_code = any($groups)

    group by
        members.year,
        members.municipality_code

    having count(*) = len($groups)

)

select
    official.indicator,
    official.basis,
    official.year,
    median(official.amount) as median,
    median(official.amount) filter (
        where peers.municipality_code is not null
    ) as group_median,
    max(official.amount) filter (
        where official.municipality_code = $municipality
    ) as amount

from official

left join peers
    on
        official.municipality_code = peers.municipality_code
        and official.year = peers.year

where
    official.indicator = any($indicators)
    and official.amount is not null

group by official.indicator, official.basis, official.year

order by
    list_position($indicators, official.indicator),
    official.basis,
    official.year
