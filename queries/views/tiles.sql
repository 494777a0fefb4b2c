-- Question: where does each place stand on a map of equal tiles?
-- Grain:    one row per municipality or region of the year.
-- Params:   $edition    year
--           $dimension  municipality, or a dimension of regions
-- Unit:     rows from the north, columns from the west.
-- Source:   tiles.
select
    tiles.group_code,
    tiles.tile_row,
    tiles.tile_column

from tiles

where
    tiles.year = $edition
    and tiles.dimension = $dimension

order by tiles.tile_row, tiles.tile_column
