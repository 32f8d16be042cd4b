"""Draws which tables refer to which: in layers, from those that are referred to at the left to their links.

After Sugiyama, Tagawa and Toda (1981): tables are put into layers, long lines get a bend in each layer
between, layers are sorted by the middle of their neighbours, and places are those nearest to these middles.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Sizes, in pixels.
WIDTH, HEIGHT, BETWEEN_LAYERS, BETWEEN_NODES, BEND, MARGIN = 184, 50, 60, 14, 10, 10

#: How often layers are sorted and places evened out.
SWEEPS = 12

#: More tables than these, or lines with their bends, are not drawn.
MOST_NODES, MOST_BENDS = 150, 1_500

#: A table has its number, a bend its own below 0.
Node = int
Edge = tuple[Node, Node]


@dataclass(frozen=True)
class Line:
    """A line from a table to one that it refers to: the path of SVG."""

    child: Node
    parent: Node
    path: str


@dataclass(frozen=True)
class Drawing:
    """A drawing: its size, the top left corner of each table, and the lines."""

    width: int
    height: int
    corners: Mapping[Node, tuple[int, int]]
    lines: Sequence[Line]


def draw(count: int, edges: Iterable[Edge]) -> Drawing | None:
    """Draw tables, which are numbered from 0, and the edges from child to parent; None if too many."""
    if count > MOST_NODES:
        return None
    wanted = sorted({edge for edge in edges if edge[0] != edge[1]})
    layer_of = _layers(count, _without_cycles(count, wanted))
    if sum(abs(layer_of[a] - layer_of[b]) for a, b in wanted) > MOST_BENDS:
        return None
    layers, chains = _with_bends(count, wanted, layer_of)
    neighbours = _neighbours(chains.values())
    _sort(layers, neighbours)
    tops = _tops(layers, neighbours)
    corners = {
        node: (MARGIN + number * (WIDTH + BETWEEN_LAYERS), round(tops[node]))
        for number, layer in enumerate(layers)
        for node in layer
    }
    _add_alone(count, wanted, corners, layers)
    bottom = max((y for _, y in corners.values()), default=0) + HEIGHT + MARGIN
    right = max((x for x, _ in corners.values()), default=0) + WIDTH + MARGIN
    lines = [Line(*edge, _path([corners[node] for node in chains[edge]], chains[edge])) for edge in wanted]
    return Drawing(right, bottom, {node: corners[node] for node in range(count)}, lines)


def _without_cycles(count: int, edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges without those that lead back on the way that a search in depth takes."""
    parents: dict[Node, list[Node]] = {node: [] for node in range(count)}
    for child, parent in edges:
        parents[child].append(parent)
    state: dict[Node, str] = {}
    kept: list[Edge] = []
    for root in range(count):
        stack = [] if root in state else [(root, iter(parents[root]))]
        while stack:
            node, rest = stack[-1]
            state[node] = "open"
            parent = next(rest, -1)
            if parent < 0:
                state[node] = "done"
                stack.pop()
            elif state.get(parent) != "open":
                kept.append((node, parent))
                if parent not in state:
                    stack.append((parent, iter(parents[parent])))
    return kept


def _layers(count: int, edges: Sequence[Edge]) -> dict[Node, int]:
    """Put each table one layer past the last of those that it refers to.

    One that refers to none stands a layer before the first that refers to it.
    """
    layer = dict.fromkeys(range(count), 0)
    for _ in range(count):
        before = dict(layer)
        for child, parent in edges:
            layer[child] = max(layer[child], layer[parent] + 1)
        if layer == before:
            break
    refer = {child for child, _ in edges}
    for node in range(count):
        children = [layer[child] for child, parent in edges if parent == node]
        if children and node not in refer:
            layer[node] = min(children) - 1
    return layer


def _with_bends(
    count: int, edges: Sequence[Edge], layer_of: Mapping[Node, int]
) -> tuple[list[list[Node]], dict[Edge, list[Node]]]:
    """Return the tables and bends of each layer, and those that each line goes through."""
    linked = {node for edge in edges for node in edge}
    layers: list[list[Node]] = [[] for _ in range(max(layer_of.values(), default=0) + 1)]
    for node in range(count):
        if node in linked:
            layers[layer_of[node]].append(node)
    chains: dict[Edge, list[Node]] = {}
    bend = 0
    for child, parent in edges:
        chain = [child]
        step = -1 if layer_of[child] > layer_of[parent] else 1
        for number in range(layer_of[child] + step, layer_of[parent], step):
            bend -= 1
            layers[number].append(bend)
            chain.append(bend)
        chains[child, parent] = [*chain, parent]
    return layers, chains


def _neighbours(chains: Iterable[Sequence[Node]]) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {}
    for chain in chains:
        for one, other in pairwise(chain):
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
    return found


def _sort(layers: list[list[Node]], neighbours: Mapping[Node, Sequence[Node]]) -> None:
    """Sort each layer by the middle of the neighbours in the layer before, then after, and so on."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers, neighbours)
    for sweep in range(SWEEPS):
        numbers = range(1, len(layers)) if sweep % 2 == 0 else range(len(layers) - 2, -1, -1)
        for number in numbers:
            beside = layers[number - 1 if sweep % 2 == 0 else number + 1]
            layers[number] = _sorted(layers[number], beside, neighbours)
        crossings = _crossings(layers, neighbours)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    layers[:] = best


def _sorted(
    layer: Sequence[Node], beside: Sequence[Node], neighbours: Mapping[Node, Sequence[Node]]
) -> list[Node]:
    """Return a layer sorted by the middle of the neighbours that are in the layer beside it."""
    place = {node: position for position, node in enumerate(beside)}
    own = {node: position for position, node in enumerate(layer)}

    def middle(node: Node) -> float:
        found = [place[other] for other in neighbours[node] if other in place]
        return sum(found) / len(found) if found else own[node]

    return sorted(layer, key=middle)


def _crossings(layers: Sequence[Sequence[Node]], neighbours: Mapping[Node, Sequence[Node]]) -> int:
    """Return how many lines cross between one layer and the next."""
    count = 0
    for layer, after in pairwise(layers):
        place = {node: position for position, node in enumerate(after)}
        ends = [sorted(place[node] for node in neighbours[one] if node in place) for one in layer]
        flat = [end for group in ends for end in group]
        count += sum(later < end for number, end in enumerate(flat) for later in flat[number + 1 :])
    return count


def _tops(layers: Sequence[Sequence[Node]], neighbours: Mapping[Node, Sequence[Node]]) -> dict[Node, float]:
    """Return the top of each table and bend: as near to the middle of its neighbours as its layer allows."""
    tops: dict[Node, float] = {}
    for layer in layers:
        tops |= dict(zip(layer, _offsets(layer), strict=True))
    for sweep in range(2 * SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            centres = [_centre(node, neighbours[node], tops) for node in layer]
            tops |= dict(zip(layer, _spread(layer, centres), strict=True))
    least = min(tops.values(), default=0)
    return {node: top - least + MARGIN for node, top in tops.items()}


def _height(node: Node) -> int:
    return HEIGHT if node >= 0 else BEND


def _offsets(layer: Sequence[Node]) -> list[float]:
    """Return the tops of a layer whose tables stand as close as they may."""
    tops, top = [], 0.0
    for node in layer:
        tops.append(top)
        top += _height(node) + BETWEEN_NODES
    return tops


def _centre(node: Node, nodes: Sequence[Node], tops: Mapping[Node, float]) -> float:
    middles = [tops[other] + _height(other) / 2 for other in nodes]
    return sum(middles) / len(middles) - _height(node) / 2


def _spread(layer: Sequence[Node], wanted: Sequence[float]) -> list[float]:
    """Return the tops nearest to the wanted ones, in the sum of squares, at which none stand too close.

    That is isotonic regression, by pooling those that are out of order.
    """
    offsets = _offsets(layer)
    pools: list[tuple[float, int]] = []
    for top, offset in zip(wanted, offsets, strict=True):
        mean, size = top - offset, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    starts = [mean for mean, size in pools for _ in range(size)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _add_alone(
    count: int, edges: Sequence[Edge], corners: dict[Node, tuple[int, int]], layers: Sequence[Sequence[Node]]
) -> None:
    """Put the tables that have no line below those of the layers, one after the other."""
    linked = {node for edge in edges for node in edge}
    alone = [node for node in range(count) if node not in linked]
    across = max(len(layers), min(len(alone), 4))
    for number, node in enumerate(alone):
        x = MARGIN + number % across * (WIDTH + BETWEEN_LAYERS)
        above = [y for left, y in corners.values() if left == x]
        corners[node] = (x, max(above) + HEIGHT + 2 * BETWEEN_NODES if above else MARGIN)


def _path(corners: Sequence[tuple[int, int]], chain: Sequence[Node]) -> str:
    """Return a line from child to parent through bends, which enters and leaves a table at its sides."""
    to_left = corners[-1][0] < corners[0][0]
    points: list[tuple[float, float]] = []
    for (x, y), node in zip(corners, chain, strict=True):
        sides = [(x + WIDTH, y + _height(node) / 2), (x, y + _height(node) / 2)]
        points += sides if to_left else sides[::-1]
    points = points[1:-1]
    text = f"M{points[0][0]:g} {points[0][1]:g}"
    for start, end in pairwise(points):
        middle = (start[0] + end[0]) / 2
        text += f"C{middle:g} {start[1]:g} {middle:g} {end[1]:g} {end[0]:g} {end[1]:g}"
    return text
