// Parallel coordinates: each cell a line over all axes and measures. A brush on an axis keeps a range of it.

const parallel = { height: 300, top: 44, bottom: 34, hovered: null };

function startParallel() {
    if (dimensions.length < 2 || freeAxes.length === 0) return;
    const host = byId('parallel');
    byId('parameters').hidden = false;
    host.style.minWidth = `${dimensions.length * 92}px`;
    const controls = byId('parallel-controls');
    const drawKey = () => controls.replaceChildren(
        tones.length > 1 ? select('Colour by', tones.map((tone) => [tone.key, tone.name]), chosen.tone, setTone) : '', toneKey(currentTone()));
    drawKey();
    let repaint = () => {};
    onWidth(host, (width) => { repaint = drawParallel(host, width); });
    on('tone', () => { drawKey(); repaint(); });
    on('selection', () => repaint());
}

function drawParallel(host, width) {
    const gap = (width - 110) / (dimensions.length - 1);
    const bottom = parallel.height - parallel.bottom;
    const columns = dimensions.map((dimension, at) => {
        const [low, high] = dimension.domain;
        return { dimension, x: 55 + gap * at, y: (dimension.isLog ? logScale : linearScale)(low, high === low ? low + 1 : high, bottom, parallel.top) };
    });
    const faded = make('path', { class: 'cell-line faded' });
    const kept = new Map();
    const lines = make('g', { 'aria-hidden': 'true' }, faded);
    const hover = make('path', { class: 'cell-line hovered' });
    const brushes = columns.map((column) => brush(column, parallel.top, bottom));
    const drawing = make('svg', { width, height: parallel.height, viewBox: `0 0 ${width} ${parallel.height}`, role: 'group', 'aria-label': 'Parallel coordinates of all cells' },
        lines, hover, columns.map((column, at) => axisGroup(column, bottom, brushes[at].group, Math.min(gap, 110), at)));
    host.replaceChildren(drawing);
    hoverLines(drawing, columns, hover);
    const repaint = () => {
        const paths = new Map();
        for (const cell of cells) {
            const key = picked[cell.index] ? toneClass(cell, currentTone()) : 'faded';
            paths.set(key, (paths.get(key) ?? '') + cellPath(cell, columns));
        }
        faded.setAttribute('d', paths.get('faded') ?? '');
        for (const [key, path] of kept) if (!paths.has(key)) path.setAttribute('d', '');
        for (const [key, path] of paths) {
            if (key === 'faded') continue;
            if (!kept.has(key)) kept.set(key, lines.appendChild(make('path', { class: `cell-line ${key}` })));
            kept.get(key).setAttribute('d', path);
        }
        brushes.forEach((each) => each.show());
    };
    repaint();
    return repaint;
}

function axisGroup({ dimension, x, y }, bottom, brushGroup, room, at) {
    const ticks = dimension.axis
        ? (dimension.axis.values.length <= 8 ? dimension.axis.values.map((_, place) => [dimension.axis.numbers?.[place] ?? place, dimension.axis.labels[place]])
            : dimension.axis.numbers ? y.ticks(5).map((tick) => [tick, format(tick)]) : [[0, dimension.axis.labels[0]], [dimension.domain[1], dimension.axis.labels.at(-1)]])
        : y.ticks(4).map((tick) => [tick, format(tick)]);
    const isLast = at === dimensions.length - 1;
    const cut = (text, most) => text.length > most ? text.slice(0, most - 1) + '…' : text;
    return make('g', { class: `axis${dimension.isMeasure ? ' measure' : ''}` },
        make('line', { class: 'spine', x1: x, x2: x, y1: parallel.top, y2: bottom }),
        ticks.map(([value, text]) => make('text', { class: 'tick-text', x: isLast ? x - 9 : x + 9, y: y(value), dy: '.32em', 'text-anchor': isLast ? 'end' : 'start' },
            make('title', {}, text), cut(text, Math.max(5, Math.floor(room / 8))))),
        make('text', { class: 'axis-name', x, y: 20, 'text-anchor': 'middle' }, make('title', {}, dimension.name), cut(dimension.name, Math.max(8, Math.floor(room / 7)))),
        brushGroup);
}

function cellPath(cell, columns) {
    let path = '', isDown = false;
    for (const { dimension, x, y } of columns) {
        const place = dimension.place(cell);
        if (isKnown(place)) path += `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y(place).toFixed(1)}`;
        isDown = isKnown(place);
    }
    return path;
}

/** Drag to keep a range, drag a range to move it, double-click to free the axis; the two handles are sliders for the keyboard. */
function brush({ dimension, x, y }, top, bottom) {
    const area = make('rect', { class: 'brush-area', x: x - 16, y: top - 8, width: 32, height: bottom - top + 16 });
    const box = make('rect', { class: 'brush-box', x: x - 8, width: 16, rx: 3, visibility: 'hidden' });
    const [low, high] = dimension.domain;
    const epsilon = (high - low || 1) * 1e-9;
    const range = () => chosen.brushes.get(dimension) ?? { low, high };
    const valueAtPixel = (pixel) => pixel >= bottom - 0.5 ? low : pixel <= top + 0.5 ? high : y.invert(pixel);
    const keep = (a, b) => {
        const next = { low: Math.max(low, Math.min(a, b)) - epsilon, high: Math.min(high, Math.max(a, b)) + epsilon };
        setBrush(dimension, next.low <= low && next.high >= high ? null : next);
    };
    const handle = (end) => make('circle', {
        class: 'handle', cx: x, r: 6, tabindex: 0, role: 'slider', 'aria-orientation': 'vertical', 'aria-label': `${dimension.name}, ${end === 'low' ? 'lowest' : 'highest'} kept`,
        'aria-valuemin': low, 'aria-valuemax': high,
        onkeydown: (event) => {
            const next = stepped(dimension, y, range()[end], event.key, top, bottom);
            if (next === null) return;
            event.preventDefault();
            if (event.key === 'Escape') setBrush(dimension, null);
            else if (end === 'low') keep(Math.min(next, range().high), range().high);
            else keep(range().low, Math.max(next, range().low));
        },
    });
    const handles = { low: handle('low'), high: handle('high') };
    const show = () => {
        const now = range();
        const [from, to] = [y(Math.max(low, now.low)), y(Math.min(high, now.high))];
        box.setAttribute('visibility', chosen.brushes.has(dimension) ? 'visible' : 'hidden');
        box.setAttribute('y', Math.min(from, to) - 2);
        box.setAttribute('height', Math.abs(from - to) + 4);
        for (const end of ['low', 'high']) {
            handles[end].setAttribute('cy', end === 'low' ? from : to);
            handles[end].setAttribute('aria-valuenow', Math.max(low, Math.min(high, now[end])));
            handles[end].setAttribute('aria-valuetext', dimension.text(Math.max(low, Math.min(high, now[end]))));
        }
    };
    const group = make('g', { class: 'brush', 'data-dimension': dimension.key }, area, box, handles.high, handles.low);
    dragBrush(group, { top, bottom, range, keep, y, valueAtPixel, isBrushed: () => chosen.brushes.has(dimension) });
    group.addEventListener('dblclick', () => setBrush(dimension, null));
    return { group, show };
}

function dragBrush(group, { top, bottom, range, keep, y, valueAtPixel, isBrushed }) {
    group.addEventListener('pointerdown', (event) => {
        if (event.button !== 0) return;
        const origin = group.ownerSVGElement.getBoundingClientRect().top;
        const clampPixel = (pixel) => Math.max(top, Math.min(bottom, pixel));
        const start = clampPixel(event.clientY - origin);
        const [lowPixel, highPixel] = [y(range().low), y(range().high)];
        const isNear = (pixel) => Math.abs(start - pixel) <= 8;
        const moves = isBrushed() && start < lowPixel - 8 && start > highPixel + 8;
        const fixed = isBrushed() && isNear(lowPixel) ? highPixel : isBrushed() && isNear(highPixel) ? lowPixel : start;
        let hasMoved = false;
        const drag = (moved) => {
            const now = clampPixel(moved.clientY - origin);
            hasMoved ||= Math.abs(now - start) > 3;
            if (!hasMoved) return;
            const shift = Math.max(top - highPixel, Math.min(bottom - lowPixel, now - start));
            if (moves) keep(valueAtPixel(lowPixel + shift), valueAtPixel(highPixel + shift));
            else keep(valueAtPixel(fixed), valueAtPixel(now));
        };
        group.setPointerCapture(event.pointerId);
        group.addEventListener('pointermove', drag);
        group.addEventListener('lostpointercapture', () => group.removeEventListener('pointermove', drag), { once: true });
    });
}

/** Where a key takes a handle: to the next value of an axis of few, else by a fiftieth of the axis; null for other keys. */
function stepped(dimension, y, value, key, top, bottom) {
    const [low, high] = dimension.domain;
    const direction = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[key];
    if (key === 'Escape') return value;
    if (key === 'Home') return low;
    if (key === 'End') return high;
    if (!direction) return null;
    if (dimension.axis && dimension.axis.values.length <= 50) {
        const places = dimension.axis.values.map((_, at) => dimension.axis.numbers?.[at] ?? at).sort((a, b) => a - b);
        const margin = (high - low) * 1e-6;
        return (direction > 0 ? places.find((place) => place > value + margin) : places.findLast((place) => place < value - margin)) ?? (direction > 0 ? high : low);
    }
    return Math.max(low, Math.min(high, y.invert(y(value) - direction * (bottom - top) / 50)));
}

/** The nearest kept line under the pointer lights up and tells its cell. */
function hoverLines(drawing, columns, hover) {
    let nearest = null;
    const find = (px, py) => {
        const right = columns.findIndex((column) => column.x >= px);
        if (right < 1) return null;
        const [a, b] = [columns[right - 1], columns[right]];
        let best = null, distance = 10;
        for (const cell of cells) {
            const [from, to] = [a.dimension.place(cell), b.dimension.place(cell)];
            if (!picked[cell.index] || !isKnown(from) || !isKnown(to)) continue;
            const away = Math.abs(a.y(from) + (b.y(to) - a.y(from)) * (px - a.x) / (b.x - a.x) - py);
            if (away < distance) { best = cell; distance = away; }
        }
        return best;
    };
    drawing.addEventListener('pointermove', (event) => {
        if (event.buttons !== 0 || event.target.closest('.brush')) return leave();
        const box = drawing.getBoundingClientRect();
        nearest = find(event.clientX - box.left, event.clientY - box.top);
        if (!nearest) return leave();
        hover.setAttribute('d', cellPath(nearest, columns));
        drawing.classList.add('pointing');
        cellTip(event.clientX, event.clientY, nearest);
    });
    const leave = () => {
        nearest = null;
        hover.setAttribute('d', '');
        drawing.classList.remove('pointing');
        hideTip();
    };
    drawing.addEventListener('pointerleave', leave);
    drawing.addEventListener('click', () => { if (nearest) openViewer(nearest, ranked.includes(nearest) ? ranked : null); });
}

