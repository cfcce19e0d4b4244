// Which axes the contact sheet lays out, and the controls for it.

const none = -1;
const all = -1;
const layout = { rows: none, columns: none, filters: new Map(), order: 'best' };

function chooseLayout() {
    const handy = freeAxes.filter((axis) => axis.values.length <= 24);
    // A grid that most cells do not fall on (a random search) shows less than a plain list.
    const columns = handy.filter((axis) => axis.numbers).sort((a, b) => b.values.length - a.values.length)[0] ?? handy.at(-1);
    const rest = handy.filter((axis) => axis !== columns);
    const rows = rest.find((axis) => axis.pictures.some(Boolean)) ?? rest.sort((a, b) => b.values.length - a.values.length)[0];
    const isGrid = columns && freeAxes.reduce((product, axis) => product * axis.values.length, 1) <= cells.length * 4;
    layout.columns = isGrid ? columns.index : none;
    layout.rows = isGrid && rows ? rows.index : none;
    layout.order = ranked.length > 0 && freeAxes.length > 0 ? 'best' : 'job';
    for (const axis of freeAxes) layout.filters.set(axis.index, isGrid && ranked.length > 0 ? ranked[0].at[axis.index] : all);
}

const isOpen = (axis) => axis.index !== layout.rows && axis.index !== layout.columns;
const isChosen = (axis) => isOpen(axis) && layout.filters.get(axis.index) !== all;
const isList = () => layout.rows === none && layout.columns === none;

/** The cells that the choices let through. */
const shown = () =>
    cells.filter((cell) => freeAxes.every((axis) => !isChosen(axis) || layout.filters.get(axis.index) === cell.at[axis.index]));

function drawControls() {
    const controls = byId('sheet-controls');
    if (cells.length === 0) return;
    const focused = controls.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    controls.replaceChildren(...placeControls(), ...filterControls(), ...orderControls());
    if (focused) [...controls.querySelectorAll('[data-name]')].find((control) => control.dataset.name === focused)?.focus();
}

function placeControls() {
    if (freeAxes.length === 0) return [];
    const options = [[none, 'nothing'], ...freeAxes.map((axis) => [axis.index, axis.name])];
    const place = (field, other) => (value) => {
        const before = layout[field];
        layout[field] = Number(value);
        if (layout[field] !== none && layout[other] === layout[field]) layout[other] = before;
        drawSheet();
    };
    const swap = () => {
        [layout.rows, layout.columns] = [layout.columns, layout.rows];
        drawSheet();
    };
    const name = 'Swap rows and columns';
    return [
        select('Rows', options, layout.rows, place('rows', 'columns'), { 'data-name': 'rows' }),
        button('⇄', swap, { class: 'button icon', 'aria-label': name, title: name, 'data-name': 'swap' }),
        select('Columns', options, layout.columns, place('columns', 'rows'), { 'data-name': 'columns' }),
    ];
}

const filterControls = () =>
    freeAxes.filter(isOpen).map((axis) => {
        const options = [[all, 'all'], ...axis.labels.map((label, at) => [at, label])];
        const pick = (value) => {
            layout.filters.set(axis.index, Number(value));
            drawSheet();
        };
        return select(axis.name, options, layout.filters.get(axis.index), pick, { 'data-name': `filter-${axis.name}` });
    });

function orderControls() {
    if (!isList() || ranked.length === 0 || cells.length === 1) return [];
    const orders = [
        ['best', 'best first'],
        ['job', 'as submitted'],
    ];
    const pick = (value) => {
        layout.order = value;
        drawSheet();
    };
    return [select('Order', orders, layout.order, pick, { 'data-name': 'order' })];
}
