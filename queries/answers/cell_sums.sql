-- Question: what do the answers of each cell of respondents add up to?
-- Grain:    one row per edition, indicator, item and cell.
-- Params:   none
-- Unit:     that of the answers; 1 or 0 where an item is a range of answers.
-- Source:   amounts, cells.
select
    amounts.edition,
    amounts.indicator,
    amounts.item,
    cells.cell,
    cells.weight,
    count(*) as answer_count,
    sum(amounts.amount) as amount_sum,
    any_value(cells.inhabitants) as inhabitants

from amounts

inner join cells
    on
        amounts.edition = cells.edition
        and amounts.municipality_code = cells.municipality_code

group by amounts.edition, amounts.indicator, amounts.item, cells.cell, cells.weight

order by amounts.edition, amounts.indicator, amounts.item, cells.cell
