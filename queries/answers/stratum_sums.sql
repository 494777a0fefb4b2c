-- Question: what do the answers of each group add up to, stratum by stratum?
-- Grain:    one row per edition, indicator, item, weighting, dimension, group, stratum and
--           calibration cell ('' unless weights are made to add up to the register).
-- Params:   none
-- Unit:     influence sums (z) are in the unit of the estimate; estimate is the weighted mean.
-- Source:   amounts, weighted_units, unit_sizes, membership. Design: Sarndal, Swensson and
--           Wretman (1992), chapter 5; z is zero outside the group and for missing answers.
with

answered as (

    select
        amounts.edition,
        amounts.indicator,
        amounts.item,
        unit_sizes.weighting,
        membership.dimension,
        membership.group_code,
        weighted_units.stratum,
        weighted_units.calibration_cell,
        weighted_units.population_count,
        weighted_units.respondent_count,
        amounts.amount,
        weighted_units.weight,
        unit_sizes.size

    from amounts

    inner join weighted_units
        on
            amounts.edition = weighted_units.edition
            and amounts.municipality_code = weighted_units.municipality_code

    inner join membership
        on
            amounts.edition = membership.edition
            and amounts.municipality_code = membership.municipality_code

    inner join unit_sizes
        on
            amounts.edition = unit_sizes.edition
            and amounts.municipality_code = unit_sizes.municipality_code

),

totals as (

    select
        answered.edition,
        answered.indicator,
        answered.item,
        answered.weighting,
        answered.dimension,
        answered.group_code,
        sum(answered.size) as size_total,
        sum(answered.size * answered.amount) / sum(answered.size) as estimate

    from answered

    group by
        answered.edition,
        answered.indicator,
        answered.item,
        answered.weighting,
        answered.dimension,
        answered.group_code

)

select
    answered.edition,
    answered.indicator,
    answered.item,
    answered.weighting,
    answered.dimension,
    answered.group_code,
    answered.stratum,
    answered.calibration_cell,
    answered.population_count,
    answered.respondent_count,
    totals.estimate,
    totals.size_total,
    count(*) as answer_count,
    sum(answered.amount) as amount_sum,
    sum(answered.size) as size_sum,
    sum(answered.size * answered.size) as size_square_sum,
    sum(answered.size * (answered.amount - totals.estimate) / totals.size_total) as z_sum,
    sum(
        answered.size * answered.size * (answered.amount - totals.estimate) / totals.size_total
    ) as size_z_sum,
    sum(
        (answered.size * (answered.amount - totals.estimate) / totals.size_total) ** 2
    ) as z_square_sum,
    sum(
        (answered.size * (answered.amount - totals.estimate) / totals.size_total) ** 3
    ) as z_cube_sum,
    sum(
        answered.weight
        * answered.size
        * (answered.amount - totals.estimate)
        / totals.size_total
    ) as weight_z_sum,
    sum(
        answered.size
        / answered.weight
        * (answered.amount - totals.estimate)
        / totals.size_total
    ) as z_share_sum

from answered

inner join totals
    on
        answered.edition = totals.edition
        and answered.indicator = totals.indicator
        and answered.item = totals.item
        and answered.weighting = totals.weighting
        and answered.dimension = totals.dimension
        and answered.group_code = totals.group_code

group by
    answered.edition,
    answered.indicator,
    answered.item,
    answered.weighting,
    answered.dimension,
    answered.group_code,
    answered.stratum,
    answered.calibration_cell,
    answered.population_count,
    answered.respondent_count,
    totals.estimate,
    totals.size_total

order by
    answered.edition,
    answered.indicator,
    answered.item,
    answered.weighting,
    answered.dimension,
    answered.group_code,
    answered.stratum,
    answered.calibration_cell
