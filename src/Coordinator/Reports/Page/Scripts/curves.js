// The course of the losses: one measure over several cells, or all parts of one cell.

const maxCurves = 10;
const curves = { cells: [], show: 'total', isLog: true };

const tapsOf = (list) =>
    [...new Set(list.flatMap((cell) => curveOf(cell).series.map(([name]) => name)))].filter((name) => !measures.includes(name));
const lone = () => (curves.show.startsWith('cell ') ? cells[Number(curves.show.slice(5))] : null);

function curveSeries() {
    const cell = lone();
    const labelOf = labelsAmong(curves.cells);
    if (!cell)
        return curves.cells.map((each, at) => {
            const curve = curveOf(each);
            return {
                name: labelOf(each),
                cell: each,
                hue: `hue-${at}`,
                steps: curve.steps,
                values: curve.byName.get(curves.show) ?? curve.steps.map(() => null),
            };
        });
    const curve = curveOf(cell);
    // The first two hues are those of the content and style losses.
    let taps = 0;
    return curve.series.map(([name]) => ({
        name,
        hue: measures.includes(name) ? `hue-${name}` : `hue-${2 + (taps++ % (hueCount - 2))}`,
        dashed: name.startsWith('content/'),
        steps: curve.steps,
        values: curve.byName.get(name),
    }));
}

function addCurve(cell) {
    curves.show = lone() ? 'total' : curves.show;
    chooseCurves([...curves.cells.filter((other) => other !== cell), cell].slice(-maxCurves));
}

function chooseCurves(list) {
    curves.cells = list.slice(0, maxCurves);
    if (lone() && !curves.cells.includes(lone())) curves.show = 'total';
    drawCurves();
}

function drawCurveControls() {
    const focused = byId('curve-controls').contains(document.activeElement) ? document.activeElement.dataset.name : null;
    const others = withCurves.filter((cell) => !curves.cells.includes(cell));
    const named = (cell) => [cell.index, (cell.rank > 0 ? `#${cell.rank} ` : '') + cell.label];
    byId('curve-controls').replaceChildren(
        select(
            'Show',
            [
                {
                    group: 'Compare cells by',
                    options: [
                        ['total', 'total loss'],
                        ['content', 'content loss'],
                        ['style', 'style loss'],
                        ['tv', 'total variation'],
                    ],
                },
                { group: 'Compare cells by one tap', options: tapsOf(curves.cells).map((tap) => [tap, tap]) },
                { group: 'All parts and taps of', options: curves.cells.map((cell) => [`cell ${cell.index}`, cell.label]) },
            ].filter((group) => group.options.length > 0),
            curves.show,
            (value) => {
                curves.show = value;
                drawCurves();
            },
            { 'data-name': 'show' },
        ),
        make(
            'label',
            { class: 'switch' },
            make('input', {
                type: 'checkbox',
                role: 'switch',
                checked: curves.isLog,
                'data-name': 'log',
                onchange: (event) => {
                    curves.isLog = event.target.checked;
                    drawCurves();
                },
            }),
            'log scale',
        ),
        select('Add', [['', 'a cell …'], ...others.map(named)], '', (value) => value && addCurve(cells[Number(value)]), {
            'data-name': 'add',
        }),
        button('Best 5', () => chooseCurves(withCurves.slice(0, 5)), { 'data-name': 'best' }),
        button('From the selection', () => chooseCurves(withCurves.filter((cell) => picked[cell.index])), { 'data-name': 'selection' }),
    );
    if (focused) byId('curve-controls').querySelector(`[data-name="${focused}"]`)?.focus();
}

function drawCurves() {
    drawCurveControls();
    const series = curveSeries();
    const host = byId('curves');
    const readings = drawChips(series);
    const onRead = (step) =>
        readings.forEach((reading, at) => {
            reading.textContent = step === null ? '' : format(valueAt(series[at], step));
            byId('curve-step').textContent = step === null ? '' : `at step ${step}`;
        });
    if (series.length === 0) return host.replaceChildren(make('p', { class: 'empty' }, 'Choose a cell to see its losses.'));
    const width = Math.floor(host.clientWidth);
    if (width > 0) lineChart(host, { width, height: width < 500 ? 240 : 320, series, isLog: curves.isLog, label: 'Losses', onRead });
}

/** The legend; returns where the values under the crosshair go. */
function drawChips(series) {
    const readings = series.map(() => make('output', { class: 'reading' }));
    byId('curve-chips').replaceChildren(
        ...series.map((line, at) =>
            line.cell
                ? dim(
                      make(
                          'span',
                          { class: 'chip', 'data-cell': line.cell.index },
                          make('i', { class: line.hue }),
                          make(
                              'button',
                              { type: 'button', class: 'open', onclick: () => openViewer(line.cell, curves.cells), title: 'Open large' },
                              line.name,
                          ),
                          readings[at],
                          button('×', () => chooseCurves(curves.cells.filter((cell) => cell !== line.cell)), {
                              class: 'remove',
                              'aria-label': `Remove ${line.name}`,
                          }),
                      ),
                  )
                : make('span', { class: 'chip' }, make('i', { class: line.hue + (line.dashed ? ' dashed' : '') }), line.name, readings[at]),
        ),
        make('span', { class: 'hint', id: 'curve-step', role: 'status' }),
    );
    return readings;
}

function startCurves() {
    if (withCurves.length === 0) return;
    byId('losses').hidden = false;
    curves.cells = withCurves.slice(0, 5);
    onWidth(byId('curves'), drawCurves);
}
