// Parallel coordinates: each cell a line over all axes and measures. A brush on an axis keeps a range of it.

const parallel = { height: 300, top: 44, bottom: 34, hovered: null };

function startParallel() {
    if (dimensions.length < 2 || freeAxes.length === 0 || cells.length === 0) return;
    const host = byId('parallel');
    byId('parameters').hidden = false;
    host.style.minWidth = `${dimensions.length * 92}px`;
    const controls = byId('parallel-controls');
    const drawKey = () =>
        controls.replaceChildren(
            tones.length > 1
                ? select(
                      'Colour by',
                      tones.map((tone) => [tone.key, tone.name]),
                      chosen.tone,
                      setTone,
                  )
                : '',
            toneKey(currentTone()),
        );
    drawKey();
    let repaint = () => {};
    onWidth(host, (width) => {
        repaint = drawParallel(host, width);
    });
    on('tone', () => {
        drawKey();
        repaint();
    });
    on('selection', () => repaint());
}

function drawParallel(host, width) {
    const gap = (width - 110) / (dimensions.length - 1);
    const bottom = parallel.height - parallel.bottom;
    const columns = dimensions.map((dimension, at) => {
        const [low, high] = dimension.domain;
        return {
            dimension,
            x: 55 + gap * at,
            y: (dimension.isLog ? logScale : linearScale)(low, high === low ? low + 1 : high, bottom, parallel.top),
        };
    });
    const faded = make('path', { class: 'cell-line faded' });
    // The best on top.
    const kept = new Map(toneClasses.map((tone) => [tone, make('path', { class: `cell-line ${tone}` })]));
    const lines = make('g', { 'aria-hidden': 'true' }, faded, ...kept.values());
    const hover = make('path', { class: 'cell-line hovered' });
    const brushes = columns.map((column) => brush(column, parallel.top, bottom));
    const drawing = make(
        'svg',
        {
            width,
            height: parallel.height,
            viewBox: `0 0 ${width} ${parallel.height}`,
            role: 'group',
            'aria-label': 'Parallel coordinates of all cells',
        },
        lines,
        hover,
        columns.map((column, at) => axisGroup(column, bottom, brushes[at].group, Math.min(gap, 110), at)),
    );
    host.replaceChildren(drawing);
    hoverLines(drawing, columns, hover);
    const repaint = () => {
        const paths = new Map();
        for (const cell of cells) {
            const key = picked[cell.index] ? toneClass(cell, currentTone()) : 'faded';
            paths.set(key, (paths.get(key) ?? '') + cellPath(cell, columns));
        }
        faded.setAttribute('d', paths.get('faded') ?? '');
        for (const [key, path] of kept) path.setAttribute('d', paths.get(key) ?? '');
        brushes.forEach((each) => each.show());
    };
    repaint();
    return repaint;
}

function axisGroup({ dimension, x, y }, bottom, brushGroup, room, at) {
    const ticks = dimension.axis
        ? dimension.axis.values.length <= 8
            ? dimension.axis.values.map((_, place) => [dimension.axis.numbers?.[place] ?? place, dimension.axis.labels[place]])
            : dimension.axis.numbers
              ? y.ticks(5).map((tick) => [tick, format(tick)])
              : [
                    [0, dimension.axis.labels[0]],
                    [dimension.domain[1], dimension.axis.labels.at(-1)],
                ]
        : y.ticks(4).map((tick) => [tick, format(tick)]);
    const isLast = at === dimensions.length - 1;
    const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);
    return make(
        'g',
        { class: `axis${dimension.isMeasure ? ' measure' : ''}` },
        make('line', { class: 'spine', x1: x, x2: x, y1: parallel.top, y2: bottom }),
        ticks.map(([value, text]) =>
            make(
                'text',
                { class: 'tick-text', x: isLast ? x - 11 : x + 11, y: y(value), dy: '.32em', 'text-anchor': isLast ? 'end' : 'start' },
                make('title', {}, text),
                cut(text, Math.max(5, Math.floor(room / 8))),
            ),
        ),
        make(
            'text',
            { class: 'axis-name', x, y: 20, 'text-anchor': 'middle' },
            make('title', {}, dimension.name),
            cut(dimension.name, Math.max(8, Math.floor(room / 7))),
        ),
        brushGroup,
    );
}

function cellPath(cell, columns) {
    let path = '',
        isDown = false;
    for (const { dimension, x, y } of columns) {
        const place = dimension.place(cell);
        if (isKnown(place)) path += `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y(place).toFixed(1)}`;
        isDown = isKnown(place);
    }
    return path;
}

/** The nearest kept line under the pointer lights up and tells its cell. */
function hoverLines(drawing, columns, hover) {
    let nearest = null;
    const find = (px, py) => {
        const right = columns.findIndex((column) => column.x >= px);
        if (right < 1) return null;
        const [a, b] = [columns[right - 1], columns[right]];
        let best = null,
            distance = 10;
        for (const cell of cells) {
            const [from, to] = [a.dimension.place(cell), b.dimension.place(cell)];
            if (!picked[cell.index] || !isKnown(from) || !isKnown(to)) continue;
            const away = Math.abs(a.y(from) + ((b.y(to) - a.y(from)) * (px - a.x)) / (b.x - a.x) - py);
            if (away < distance) {
                best = cell;
                distance = away;
            }
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
    drawing.addEventListener('click', () => {
        if (nearest) openViewer(nearest, ranked.includes(nearest) ? ranked : cells);
    });
}
