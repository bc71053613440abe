"""The order of journey stages and lenses when a pack meets a store that has some already. Pure."""


def merged_order(stored: list[str], given: list[str]) -> list[str]:
    """The stored ones in the order of the pack, if it names them; new ones next to their neighbours there."""
    known = iter([name for name in given if name in stored])
    order = [next(known) if name in given else name for name in stored]
    for position, name in enumerate(given):
        if name not in order:
            order.insert(_place(order, given, position), name)
    return order


def _place(order: list[str], given: list[str], position: int) -> int:
    if position:
        return order.index(given[position - 1]) + 1
    following = [order.index(name) for name in given if name in order]
    return min(following, default=len(order))
