-- Question: what does each valid answer count for, item by item?
-- Grain:    one row per edition, municipality, indicator and item.
-- Params:   none
-- Unit:     1 or 0 where an item is a range of answers; else the answer itself.
-- Source:   answers (asked and derived), items (from the codebook).
select
    answers.edition,
    answers.municipality_code,
    answers.indicator,
    items.item,
    case
        when items.lower is null then answers.answer
        else (answers.answer between items.lower and items.upper)::integer::double
    end as amount

from answers

inner join items
    on
        answers.edition = items.edition
        and answers.indicator = items.indicator
        and answers.choice = items.choice

-- null means not answered; such answers are counted apart, never as zero
where answers.answer is not null
