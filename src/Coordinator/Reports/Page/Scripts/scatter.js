// Content against style: each cell a point, the Pareto front a line.

const located = cells
    .filter((cell) => isKnown(cell.contentTerm) && isKnown(cell.styleTerm) && cell.state !== 'failed')
    .sort((a, b) => a.contentTerm - b.contentTerm || a.styleTerm - b.styleTerm);

function startScatter() {
    const host = byId('scatter');
    if (located.length === 0) return byId('scatter-card').remove();
    const controls = byId('scatter-controls');
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
    let width = 0;
    onWidth(host, (now) => {
        width = now;
        drawScatter(host, width);
    });
    on('tone', () => {
        drawKey();
        if (width > 0) drawScatter(host, width);
    });
}

function drawScatter(host, width) {
    const height = Math.round(Math.max(290, Math.min(500, width * 0.85)));
    const margin = { top: 28, right: 16, bottom: 44, left: 52 };
    const [xLow, xHigh] = padded(extent(located.map((cell) => cell.contentTerm)), false);
    const [yLow, yHigh] = padded(extent(located.map((cell) => cell.styleTerm)), false);
    const x = linearScale(xLow, xHigh, margin.left, width - margin.right);
    const y = linearScale(yLow, yHigh, height - margin.bottom, margin.top);
    const tone = currentTone();
    const points = located.map((cell, at) =>
        dim(
            make('circle', {
                class: `point ${toneClass(cell, tone)}${cell.front ? ' front' : ''}`,
                'data-cell': cell.index,
                cx: x(cell.contentTerm),
                cy: y(cell.styleTerm),
                r: cell.front ? 6 : 5,
                tabindex: at === 0 ? 0 : -1,
                role: 'button',
                'aria-label': `${cell.label}: content ${formatTerm(cell.contentTerm)}, style ${formatTerm(cell.styleTerm)}`,
            }),
        ),
    );
    host.replaceChildren(
        make(
            'svg',
            { width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': 'Content term against style term' },
            y
                .ticks(5)
                .map((tick) =>
                    make(
                        'g',
                        { class: 'tick' },
                        make('line', { x1: margin.left, x2: width - margin.right, y1: y(tick), y2: y(tick) }),
                        make('text', { x: margin.left - 8, y: y(tick), dy: '.32em', 'text-anchor': 'end' }, format(tick)),
                    ),
                ),
            x
                .ticks(Math.max(4, Math.floor(width / 90)))
                .map((tick) =>
                    make(
                        'g',
                        { class: 'tick' },
                        make('line', { x1: x(tick), x2: x(tick), y1: margin.top, y2: height - margin.bottom }),
                        make('text', { x: x(tick), y: height - margin.bottom + 16, 'text-anchor': 'middle' }, format(tick)),
                    ),
                ),
            make('text', { class: 'axis-name', x: width - margin.right, y: height - 6, 'text-anchor': 'end' }, 'content term →'),
            make('text', { class: 'axis-name', x: margin.left - 44, y: 12 }, '↑ style term'),
            make('path', { class: 'front-line', d: frontPath(x, y, width - margin.right, margin.top) }),
            make('g', {}, points),
        ),
    );
    listenToPoints(points);
}

/** Steps between the cells of the front: what lies above and right of it is beaten by one of them. */
function frontPath(x, y, right, top) {
    const front = located.filter((cell) => cell.front);
    if (front.length === 0) return '';
    let path = `M${x(front[0].contentTerm).toFixed(1)} ${top}`;
    for (const cell of front) path += `H${x(cell.contentTerm).toFixed(1)}V${y(cell.styleTerm).toFixed(1)}`;
    return `${path}H${right}`;
}

function listenToPoints(points) {
    points.forEach((point, at) => {
        const cell = located[at];
        const tell = () => {
            const box = point.getBoundingClientRect();
            cellTip(box.right, box.top + box.height / 2, cell);
        };
        const open = () => openViewer(cell, located);
        point.addEventListener('pointerenter', tell);
        point.addEventListener('pointerleave', hideTip);
        point.addEventListener('focus', tell);
        point.addEventListener('blur', hideTip);
        point.addEventListener('click', open);
        point.addEventListener('keydown', (event) => {
            const to = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: points.length - 1 }[
                event.key
            ];
            if (event.key === 'Enter' || event.key === ' ') open();
            else if (to === undefined) return;
            else if (points[to]) {
                point.setAttribute('tabindex', -1);
                points[to].setAttribute('tabindex', 0);
                points[to].focus();
            }
            event.preventDefault();
        });
    });
}
