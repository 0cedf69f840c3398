import { escaped } from '../../loadtest/report/line-chart.ts';
import type { Frame } from './cpu-profile.ts';

// Narrower ones can't be seen, and would make the page many times larger.
const leastShare = 0.001;
const rowHeight = 18;

const style = `body{font:13px system-ui,sans-serif;margin:1rem}#flame{position:relative;width:100%}
#flame div{position:absolute;height:${rowHeight - 1}px;overflow:hidden;white-space:nowrap;border-radius:2px;padding-left:2px;
box-sizing:border-box;cursor:pointer;font-size:11px}`;

// A click shows a function as wide as the page, with what it called; a click on the lowest row shows everything again.
const script = `const boxes=[...document.querySelectorAll('#flame div')];
function zoom(from,width){for(const box of boxes){const x=(box.dataset.x-from)/width,w=box.dataset.w/width;
box.style.left=100*Math.max(0,x)+'%';box.style.width=100*(Math.min(1,x+w)-Math.max(0,x))+'%';
box.style.display=x+w<=1e-9||x>=1-1e-9?'none':'';}}
for(const box of boxes)box.onclick=()=>zoom(+box.dataset.x,+box.dataset.w);zoom(0,1);`;

/** The same owner has the same colour. */
function colourOf(owner: string): string {
  const number = [...owner].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return `hsl(${number} 65% 78%)`;
}

interface Box {
  readonly frame: Frame;
  readonly x: number;
  readonly depth: number;
}

function boxesOf(tree: Frame): Box[] {
  const boxes: Box[] = [];
  const lay = (frame: Frame, x: number, depth: number): void => {
    if (frame.total / tree.total < leastShare) return;
    boxes.push({ frame, x, depth });
    let at = x;
    for (const child of frame.children.toSorted((a, b) => b.total - a.total)) {
      lay(child, at, depth + 1);
      at += child.total / tree.total;
    }
  };
  lay(tree, 0, 0);
  return boxes;
}

/** Where the time went, as a page that needs nothing else: callers above what they call, as wide as the time it took. */
export function flameGraph(tree: Frame, title: string): string {
  const boxes = boxesOf(tree);
  const height = (Math.max(...boxes.map(({ depth }) => depth)) + 1) * rowHeight;
  const html = boxes.map(({ frame: { name, owner, total, self }, x, depth }) => {
    const share = total / tree.total;
    const tip = `${name} (${owner}): ${(share * 100).toFixed(1)} %, itself ${((self / tree.total) * 100).toFixed(1)} %`;
    return `<div data-x="${x.toFixed(6)}" data-w="${share.toFixed(6)}" title="${escaped(tip)}" style="top:${depth * rowHeight}px;background:${colourOf(owner)}">${escaped(name)}</div>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head>
<body><h1>${escaped(title)}</h1><p>Processor time, callers above what they call. Click on a function to see it alone.</p>
<div id="flame" style="height:${height}px">${html.join('')}</div><script>${script}</script></body></html>
`;
}
