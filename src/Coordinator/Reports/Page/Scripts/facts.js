// What the large view tells of a cell.

const factsList = (entries) =>
    make(
        'dl',
        { class: 'facts-list' },
        entries.map(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]),
    );

const facts = (cell) => [
    make(
        'p',
        { class: 'viewer-state' },
        make('i', { class: `dot ${cell.state}` }),
        stateText(cell),
        cell.front ? make('span', { class: 'mark' }, ' ◆ on the Pareto front') : null,
    ),
    cell.error ? make('p', { class: 'error-text' }, cell.error) : null,
    actions(cell),
    cell.rank > 0 ? meters(cell) : null,
    axes.length > 0 ? [make('h3', {}, 'Parameters'), factsList(axes.map((axis) => [axis.name, axis.values[cell.at[axis.index]]]))] : null,
    make('h3', {}, 'Last losses'),
    factsList(measures.map((name) => [name, format(cell[name])])),
    curveOf(cell) ? smallChart(cell) : null,
    factsList([
        ['steps', `${cell.done} of ${cell.planned}`],
        ['time', formatDuration(cell.seconds)],
        ['cell', make('code', {}, cell.id)],
    ]),
];

function actions(cell) {
    const compare = () => {
        viewer.close();
        addCurve(cell);
        byId('losses').scrollIntoView();
    };
    const link = { class: 'button primary', href: cell.path ? pathLink(cell.path) : null, target: '_blank', rel: 'noopener' };
    return make(
        'p',
        { class: 'actions' },
        cell.path ? make('a', link, 'Open the full picture') : null,
        curveOf(cell) ? button('Compare its losses', compare) : null,
    );
}

function smallChart(cell) {
    const host = make('div', { class: 'plot small' });
    const curve = curveOf(cell);
    const names = ['total', 'content', 'style'];
    const series = names.map((name) => ({ name, hue: `hue-${name}`, steps: curve.steps, values: curve.byName.get(name) }));
    onWidth(host, (width) => lineChart(host, { width, height: 190, series, isLog: true, label: `Losses of ${cell.label}` }));
    const key = names.map((name) => make('span', { class: 'entry' }, make('i', { class: `hue-${name}` }), name));
    return [host, make('p', { class: 'key' }, key)];
}

const meters = (cell) =>
    make(
        'dl',
        { class: 'meters' },
        [
            ['balanced score', cell.score, `rank ${cell.rank} of ${ranked.length}`],
            ['content term', cell.contentTerm, ''],
            ['style term', cell.styleTerm, ''],
        ].map(([name, value, note]) => [
            make('dt', {}, name, note ? make('small', {}, ` ${note}`) : null),
            make(
                'dd',
                {},
                make(
                    'span',
                    { class: 'meter', 'aria-hidden': 'true' },
                    make('i', { style: { width: `${isKnown(value) ? Math.min(100, Math.max(0, value * 100)) : 0}%` } }),
                ),
                formatTerm(value),
            ),
        ]),
    );
