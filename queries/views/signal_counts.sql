-- Question: how many open answers are there, by theme, partner and group?
-- Grain:    one row per edition, theme, partner, dimension and group with any; partner may be null.
-- Params:   $editions    years, or null for all
--           $themes      ids of themes, or null for all
--           $partners    partners in the chain, or null for all, those about none included
--           $dimensions  dimensions that answers are told of, or null for all
--           $groups      codes of groups, or null for all
--           $words       words that must all be in the text, or null; case and accents do not count
-- Unit:     open answers.
-- Source:   signals.
select
    signals.edition,
    signals.theme,
    signals.partner,
    signals.dimension,
    signals.group_code,
    count(*) as signal_count

from signals

where
    ($editions is null or signals.edition = any($editions))
    and ($themes is null or signals.theme = any($themes))
    and ($partners is null or signals.partner = any($partners))
    and ($dimensions is null or signals.dimension = any($dimensions))
    and ($groups is null or signals.group_code = any($groups))
    and not exists (
        select wanted.word
        from unnest(cast($words as varchar[])) as wanted (word)
        where not contains(strip_accents(lower(signals.text)), strip_accents(lower(wanted.word)))
    )

group by
    signals.edition,
    signals.theme,
    signals.partner,
    signals.dimension,
    signals.group_code

order by
    signals.edition,
    signals.theme,
    signals.partner,
    signals.dimension,
    signals.group_code
