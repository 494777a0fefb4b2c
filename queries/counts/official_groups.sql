-- Question: what are the official figures of each group of municipalities?
-- Grain:    one row per indicator, basis, year, dimension and group; groups without figures too.
-- Params:   none
-- Unit:     that of the indicator. pooled: all amounts of the group together; median and
--           quartiles: over municipalities. Only municipalities that filed a figure count, in
--           numerator and denominator alike.
-- Source:   official, official_membership.
select
    official_years.indicator,
    official_years.basis,
    official_years.year,
    membership.dimension,
    membership.group_code,
    count(*) as population_count,
    count(official.amount) as answer_count,
    sum(official.numerator) / sum(official.denominator) as pooled,
    median(official.amount) as median,
    quantile_cont(official.amount, 0.25) as quartile_low,
    quantile_cont(official.amount, 0.75) as quartile_high

from official_years

inner join official_membership as membership
    on official_years.year = membership.year

left join official
    on
        official_years.indicator = official.indicator
        and official_years.basis = official.basis
        and official_years.year = official.year
        and membership.municipality_code = official.municipality_code

group by
    official_years.indicator,
    official_years.basis,
    official_years.year,
    membership.dimension,
    membership.group_code

order by
    official_years.indicator,
    official_years.basis,
    official_years.year,
    membership.dimension,
    membership.group_code
