-- Question: how do the answers of those that took part in two editions go together?
-- Grain:    one row per later edition, earlier one, indicator, item, weighting, dimension, group
--           and stratum that both editions have; strata that lie outside the group left out.
-- Params:   none
-- Unit:     influence sums (z) as in stratum_sums; overlap_count is the municipalities of the
--           stratum that took part in both; pair_* are sums over those that answered in both.
-- Source:   amounts, weighted_units, membership, group_means (of stratum_sums), edition_pairs
--           (from the codebook). Design: Tam (1984), covariance of overlapping samples.
with

both_units as (

    select
        later.edition,
        earlier.edition as other_edition,
        later.municipality_code,
        later.stratum,
        later.respondent_count,
        earlier.respondent_count as other_respondent_count,
        greatest(later.population_count, earlier.population_count) as population_count,
        count(*) over (
            partition by later.edition, earlier.edition, later.stratum
        ) as overlap_count

    from weighted_units as later

    inner join weighted_units as earlier
        on
            later.municipality_code = earlier.municipality_code
            and later.stratum = earlier.stratum
            and later.edition > earlier.edition

),

influences as (

    select
        amounts.edition,
        amounts.municipality_code,
        amounts.indicator,
        amounts.item,
        group_means.weighting,
        group_means.dimension,
        group_means.group_code,
        amounts.amount,
        weighted_units.weight,
        weighted_units.weight
        * case
            when group_means.weighting = 'inhabitant' then weighted_units.inhabitants
            else 1
        end
        * (amounts.amount - group_means.estimate)
        / group_means.size_total as z

    from amounts

    inner join weighted_units
        on
            amounts.edition = weighted_units.edition
            and amounts.municipality_code = weighted_units.municipality_code

    inner join membership
        on
            amounts.edition = membership.edition
            and amounts.municipality_code = membership.municipality_code

    inner join group_means
        on
            amounts.edition = group_means.edition
            and amounts.indicator = group_means.indicator
            and amounts.item = group_means.item
            and membership.dimension = group_means.dimension
            and membership.group_code = group_means.group_code

),

-- one row per municipality and group; null where it did not answer in that edition
paired as (

    select
        both_units.edition,
        both_units.other_edition,
        both_units.stratum,
        both_units.population_count,
        both_units.respondent_count,
        both_units.other_respondent_count,
        both_units.overlap_count,
        both_units.municipality_code,
        influences.indicator,
        influences.item,
        influences.weighting,
        influences.dimension,
        influences.group_code,
        sum(influences.z) filter (where influences.edition = both_units.edition) as z,
        sum(influences.z) filter (
            where influences.edition = both_units.other_edition
        ) as other_z,
        sum(influences.amount) filter (
            where influences.edition = both_units.edition
        ) as amount,
        sum(influences.amount) filter (
            where influences.edition = both_units.other_edition
        ) as other_amount,
        product(influences.weight) as weight_product

    from both_units

    inner join edition_pairs
        on
            both_units.edition = edition_pairs.edition
            and both_units.other_edition = edition_pairs.other_edition

    inner join influences
        on
            both_units.municipality_code = influences.municipality_code
            and edition_pairs.indicator = influences.indicator
            and influences.edition in (both_units.edition, both_units.other_edition)

    group by
        both_units.edition,
        both_units.other_edition,
        both_units.stratum,
        both_units.population_count,
        both_units.respondent_count,
        both_units.other_respondent_count,
        both_units.overlap_count,
        both_units.municipality_code,
        influences.indicator,
        influences.item,
        influences.weighting,
        influences.dimension,
        influences.group_code

)

select
    paired.edition,
    paired.other_edition,
    paired.indicator,
    paired.item,
    paired.weighting,
    paired.dimension,
    paired.group_code,
    paired.stratum,
    any_value(paired.population_count) as population_count,
    any_value(paired.respondent_count) as respondent_count,
    any_value(paired.other_respondent_count) as other_respondent_count,
    any_value(paired.overlap_count) as overlap_count,
    sum(coalesce(paired.z, 0)) as z_sum,
    sum(coalesce(paired.other_z, 0)) as other_z_sum,
    coalesce(sum(paired.z * paired.other_z), 0) as z_product_sum,
    count(paired.z * paired.other_z) as pair_count,
    coalesce(
        sum(paired.weight_product) filter (
            where paired.z is not null and paired.other_z is not null
        ),
        0
    ) as pair_weight_sum,
    coalesce(sum(paired.amount * paired.other_amount), 0) as pair_product_sum,
    coalesce(
        sum(paired.amount) filter (where paired.other_amount is not null), 0
    ) as pair_sum,
    coalesce(
        sum(paired.other_amount) filter (where paired.amount is not null), 0
    ) as other_pair_sum

from paired

group by
    paired.edition,
    paired.other_edition,
    paired.indicator,
    paired.item,
    paired.weighting,
    paired.dimension,
    paired.group_code,
    paired.stratum

order by
    paired.edition,
    paired.other_edition,
    paired.indicator,
    paired.item,
    paired.weighting,
    paired.dimension,
    paired.group_code,
    paired.stratum
