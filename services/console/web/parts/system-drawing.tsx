import type { SystemMap } from '#contracts/http/console.ts';
import { milliseconds, percent, rate } from '../format.ts';
import { mapWidth, type Point, placesOf, spread } from './map-places.ts';

type Node = SystemMap['nodes'][number];
type Edge = SystemMap['edges'][number];
const [halfWidth, halfHeight] = [62, 22];
const narrow = 60;

/** From the side of one box to the side of the other. */
function pathOf(from: Point, to: Point): { readonly path: string; readonly middle: Point } {
  const forward = to.x >= from.x ? 1 : -1;
  const [x1, x2] = [from.x + forward * halfWidth, to.x - forward * halfWidth];
  const gap = Math.abs(x2 - x1);
  const bend = Math.max(20, gap / 2) * forward;
  // Between neighbours there is no room for words: they stand above.
  const above = gap < narrow ? halfHeight + 4 : 0;
  return {
    path: `M ${x1} ${from.y} C ${x1 + bend} ${from.y}, ${x2 - bend} ${to.y}, ${x2} ${to.y}`,
    middle: { x: (x1 + x2) / 2, y: (from.y + to.y) / 2 - 4 - above },
  };
}

function labelOf({ perSecond, errorShare, p95Ms, lag }: Edge): string {
  const said = [
    perSecond !== null && perSecond > 0 ? rate(perSecond) : '',
    errorShare !== null && errorShare > 0 ? `${percent(errorShare)} fail` : '',
    p95Ms !== null ? milliseconds(p95Ms) : '',
    lag !== null && lag > 0 ? `${lag} wait` : '',
  ];
  return said.filter((text) => text !== '').join(' · ');
}

type Places = ReadonlyMap<string, Point>;

/** The edges whose ends are on the map, with what is said of them. */
function drawn(edges: readonly Edge[], places: Places) {
  return edges.flatMap((edge) => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (!from || !to) return [];
    const { path, middle } = pathOf(from, to);
    return [{ edge, key: `${edge.from} ${edge.to}`, path, text: labelOf(edge), at: middle }];
  });
}

function NodeBox({ node, places }: { readonly node: Node; readonly places: Places }) {
  const place = places.get(node.id);
  if (!place) return null;
  return (
    <g className="map-node" data-health={node.health} transform={`translate(${place.x} ${place.y})`}>
      <rect
        x={-halfWidth}
        y={-halfHeight}
        width={2 * halfWidth}
        height={2 * halfHeight}
        rx={node.kind === 'topic' ? 20 : 5}
      />
      <text y={-1}>{node.id}</text>
      <text className="map-health" y={14}>
        {node.id === 'clients' ? 'customers' : node.health}
      </text>
    </g>
  );
}

/** The map as a picture; the table below it says the same. */
export function SystemDrawing({ map }: { readonly map: SystemMap }) {
  const { places, height } = placesOf(map.nodes.map(({ id }) => id));
  const edges = drawn(map.edges, places);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1).
    <section style={{ overflowX: 'auto' }} tabIndex={0} aria-label="Drawing of the map">
      <svg
        viewBox={`0 0 ${mapWidth} ${height}`}
        role="img"
        aria-label="The parts and what goes between them; the tables below say the same"
        style={{ minWidth: 760, width: '100%' }}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M 0 0 L 8 4 L 0 8 z" fill="context-stroke" />
          </marker>
        </defs>
        {edges.map(({ edge, key, path }) => (
          <g
            key={key}
            className="map-edge"
            data-flows={(edge.perSecond ?? 0) > 0}
            data-fails={(edge.errorShare ?? 0) > 0.01}
          >
            <path d={path} markerEnd="url(#arrow)" />
          </g>
        ))}
        {map.nodes.map((node) => (
          <NodeBox key={node.id} node={node} places={places} />
        ))}
        <g className="map-edge">
          {spread(edges.filter(({ text }) => text !== '')).map(({ key, text, at }) => (
            <text key={key} x={at.x} y={at.y}>
              {text}
            </text>
          ))}
        </g>
      </svg>
    </section>
  );
}
