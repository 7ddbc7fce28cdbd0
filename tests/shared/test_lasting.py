"""What a process imports at its start is never looked through for garbage again."""

import gc

from shared.lasting import lasting


def test_what_is_made_at_the_start_is_left_alone_and_the_collector_works_afterwards() -> None:
    gc.collect()
    with lasting():
        within = gc.isenabled()
        kept: list[object] = [[] for _ in range(1_000)]
        found = gc.get_freeze_count()
    there = gc.get_freeze_count()
    gc.unfreeze()

    assert (within, gc.isenabled()) == (False, True)
    assert there - found >= len(kept)
