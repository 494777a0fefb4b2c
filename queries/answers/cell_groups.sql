-- Question: which published groups is each cell of respondents in?
-- Grain:    one row per edition, cell, dimension and group.
-- Params:   none
-- Unit:     none
-- Source:   cells, membership.
select distinct
    cells.edition,
    cells.cell,
    membership.dimension,
    membership.group_code

from cells

inner join membership
    on
        cells.edition = membership.edition
        and cells.municipality_code = membership.municipality_code

order by cells.edition, cells.cell, membership.dimension, membership.group_code
