-- Question: how far are the respondents of two editions the same?
-- Grain:    one row per later edition, earlier one, dimension, group and stratum that both
--           editions have; groups and strata without anyone in both left out.
-- Params:   none
-- Unit:     overlap_count is the municipalities of the stratum that took part in both;
--           weight_product and size_product are sums over those of them in the group; total,
--           size, other_total and other_size what all respondents of the group stand for.
-- Source:   respondents, pattern_groups, edition_pairs (from the codebook). Design: Tam (1984),
--           covariance of overlapping samples.
with

both_units as (

    select
        later.edition,
        earlier.edition as other_edition,
        later.pattern,
        earlier.pattern as other_pattern,
        later.stratum,
        later.respondent_count,
        earlier.respondent_count as other_respondent_count,
        greatest(later.population_count, earlier.population_count) as population_count,
        later.weight * earlier.weight as weight_product,
        later.weight * earlier.weight * later.inhabitants * earlier.inhabitants as size_product,
        count(*) over (
            partition by later.edition, earlier.edition, later.stratum
        ) as overlap_count

    from respondents as later

    inner join respondents as earlier
        on
            later.municipality_code = earlier.municipality_code
            and later.stratum = earlier.stratum
            and later.edition > earlier.edition

    semi join edition_pairs
        on
            later.edition = edition_pairs.edition
            and earlier.edition = edition_pairs.other_edition

),

group_sizes as (

    select
        respondents.edition,
        pattern_groups.dimension,
        pattern_groups.group_code,
        sum(respondents.weight) as total,
        sum(respondents.weight * respondents.inhabitants) as size

    from respondents

    inner join pattern_groups using (edition, pattern)

    group by all

)

select
    both_units.edition,
    both_units.other_edition,
    pattern_groups.dimension,
    pattern_groups.group_code,
    both_units.stratum,
    both_units.population_count,
    both_units.respondent_count,
    both_units.other_respondent_count,
    both_units.overlap_count,
    later_sizes.total,
    later_sizes.size,
    earlier_sizes.total as other_total,
    earlier_sizes.size as other_size,
    sum(both_units.weight_product) as weight_product,
    sum(both_units.size_product) as size_product

from both_units

inner join pattern_groups
    on
        both_units.edition = pattern_groups.edition
        and both_units.pattern = pattern_groups.pattern

semi join pattern_groups as earlier_groups
    on
        both_units.other_edition = earlier_groups.edition
        and both_units.other_pattern = earlier_groups.pattern
        and pattern_groups.dimension = earlier_groups.dimension
        and pattern_groups.group_code = earlier_groups.group_code

inner join group_sizes as later_sizes
    on
        both_units.edition = later_sizes.edition
        and pattern_groups.dimension = later_sizes.dimension
        and pattern_groups.group_code = later_sizes.group_code

inner join group_sizes as earlier_sizes
    on
        both_units.other_edition = earlier_sizes.edition
        and pattern_groups.dimension = earlier_sizes.dimension
        and pattern_groups.group_code = earlier_sizes.group_code

group by all

order by all
